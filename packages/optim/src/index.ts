/**
 * Optimisers and schedules as pure functions keyed by parameter name, on TensorFlow.js.
 *
 * @module
 */
export type { Hyperparameters, NamedTensors, Optimizer, OptimizerState, OptimizerUpdate, ParameterFilter } from './optimizer.ts';
export { sgd, type SgdOptions } from './sgd.ts';
export { adamW, type AdamWOptions } from './adamW.ts';
export { lars, type LarsOptions } from './lars.ts';
export { layerwiseRates } from './layerwiseRates.ts';
export { globalNorm } from './globalNorm.ts';
export { clipByGlobalNorm } from './clipByGlobalNorm.ts';
export { updateMomentum } from './updateMomentum.ts';
export { slotTensors, type SlotName } from './slotTensors.ts';
export { restoreSlots } from './restoreSlots.ts';
export { constantSchedule, type Schedule } from './constantSchedule.ts';
export { cosineSchedule, type CosineScheduleOptions } from './cosineSchedule.ts';
export { stepSchedule, type StepScheduleOptions } from './stepSchedule.ts';
export { warmUp } from './warmUp.ts';
