/**
 * Losses of contrastive chest-radiograph learning as pure functions on TensorFlow.js.
 *
 * @module
 */
export { infoNce, type InfoNce, type InfoNceOptions } from './infoNce.ts';
export { assertIfaTerms } from './assertIfaTerms.ts';
export { ifaLoss, type IfaLoss, type IfaLossOptions } from './ifaLoss.ts';
export type { IfaTerm } from './ifaTerm.ts';
export { ifaPresets } from './ifaPresets.ts';
export type { IntermediateLoss, StageLoss, StageMaps } from './stageLoss.ts';
export type { StageTerm } from './stageTerm.ts';
export { stageMse, type StageMseOptions, type StageMseTerm } from './stageMse.ts';
export { kakuMse } from './kakuMse.ts';
export { projectedStageLoss, type ProjectedStageLossOptions } from './projectedStageLoss.ts';
export { barlowTwins, type BarlowTwins, type BarlowTwinsOptions } from './barlowTwins.ts';
export { kakuBarlow } from './kakuBarlow.ts';
export { vicReg, type VicReg, type VicRegOptions } from './vicReg.ts';
export { denseContrast, type DenseView } from './denseContrast.ts';
export { poolDenseKeys } from './poolDenseKeys.ts';
export { cosineMap } from './cosineMap.ts';
export { warpMap } from './warpMap.ts';
export { l2Normalise } from './l2Normalise.ts';
export { binaryCrossEntropy, type BinaryCrossEntropyOptions } from './binaryCrossEntropy.ts';
export { focalLoss, type FocalLossOptions } from './focalLoss.ts';
export { smoothL1Loss, type SmoothL1LossOptions } from './smoothL1Loss.ts';
export { giouLoss, type GiouLossOptions } from './giouLoss.ts';
