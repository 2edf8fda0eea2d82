/**
 * Classification on frozen features: linear probe, nearest neighbours, and what both need from an encoder.
 *
 * @module
 */
export type { Features } from './features.ts';
export type { FindingLabels } from './findingLabels.ts';
export { extractFeatures, type ImageBatches } from './extractFeatures.ts';
export { fitStatistics } from './fitStatistics.ts';
export { fitLinearProbe, type LinearProbeOptions } from './fitLinearProbe.ts';
export type { LinearProbeSelection } from './choosePenalty.ts';
export { predictLinearProbe, type Predictions } from './predictLinearProbe.ts';
export { parseLinearProbe } from './parseLinearProbe.ts';
export type { LinearProbe, LogisticClassifier, ProbedFinding } from './linearProbe.ts';
export { nearestNeighbours, type Neighbours } from './nearestNeighbours.ts';
export { knnClassify, type KnnOptions } from './knnClassify.ts';
export type { FindingScore } from './findingScore.ts';
export { linearProbeScore } from './linearProbeScore.ts';
export { gradCam, type GradCamMethod, type GradCamOptions } from './gradCam.ts';
export { resizeMaps } from './resizeMaps.ts';
export { randomiseStages, type RandomisedEncoder } from './randomiseStages.ts';
export type { FeatureDistribution } from './featureDistribution.ts';
export { fitFeatureDistribution } from './fitFeatureDistribution.ts';
export { featureDistances } from './featureDistances.ts';
export { outOfDistribution } from './outOfDistribution.ts';
