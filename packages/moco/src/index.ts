/**
 * Momentum contrast (MoCo v2) with the intermediate feature approximation (IFA) loss: self-supervised pre-training of any encoder.
 *
 * @module
 */
export { MomentumContrast } from './momentumContrast.ts';
export type { MomentumContrastOptions } from './momentumContrastOptions.ts';
export type { MomentumContrastState, Snapshot } from './snapshot.ts';
export type { EmbeddingRows, Observation } from './observe.ts';
export type { StepLog } from './stepLog.ts';
export { train, type TrainOptions } from './train.ts';
export { tensorsOf, type Alignment, type Views } from './views.ts';
export { viewsFromArrays, type ViewsInArrays, type ViewsShape } from './viewsFromArrays.ts';
export { createProjectionHead, type ProjectionHead, type ProjectionHeadOptions } from './projectionHead.ts';
export { createStageProjector, type StageProjector, type StageProjectorOptions } from './stageProjector.ts';
export { enqueue, initialiseQueue } from './keyQueue.ts';
export { chooseBatchNormGroups } from './chooseBatchNormGroups.ts';
export { interpretTraining, type InterpretationContext, type Verdict, type VerdictName } from './interpretTraining.ts';
export { embeddingNumbers } from './embeddingNumbers.ts';
export { queueNumbers } from './queueNumbers.ts';
