/**
 * Losses of contrastive chest-radiograph learning as pure functions on TensorFlow.js.
 *
 * @module
 */
export { infoNce, type InfoNce, type InfoNceOptions } from './infoNce.ts';
export { ifaLoss, type IfaLoss, type IfaLossOptions } from './ifaLoss.ts';
export type { IfaTerm } from './ifaTerm.ts';
export { ifaPresets } from './ifaPresets.ts';
export { cosineMap } from './cosineMap.ts';
export { warpMap } from './warpMap.ts';
export { l2Normalise } from './l2Normalise.ts';
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './binaryCrossEntropy.ts';
