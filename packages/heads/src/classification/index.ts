/**
 * Classification: linear probe and nearest neighbours on frozen features, and fine-tuning.
 *
 * @module
 */
export type { Features } from './features.ts';
export type { FindingLabels } from './findingLabels.ts';
export { extractFeatures, type ImageBatches } from './extractFeatures.ts';
export { fitStatistics } from './fitStatistics.ts';
export { fitLinearProbe, type LinearProbeOptions } from './fitLinearProbe.ts';
export type { LinearProbeSelection } from './choosePenalty.ts';
export { crossValidateProbe, type CrossValidationOptions, type HeldOutPredictions } from './crossValidateProbe.ts';
export { selectFeatures } from './selectFeatures.ts';
export { predictLinearProbe, type Predictions } from './predictLinearProbe.ts';
export { parseLinearProbe } from './parseLinearProbe.ts';
export type { LinearProbe, LogisticClassifier, ProbedFinding } from './linearProbe.ts';
export { nearestNeighbours, type Neighbours } from './nearestNeighbours.ts';
export { knnClassify, type KnnOptions } from './knnClassify.ts';
export { FineTuner, type FineTuneInput, type FineTunerOptions, type FineTunerState, type FineTuneStep, type LabelledBatch } from './fineTuner.ts';
export { fineTune, type FineTuneEpoch, type FineTuneOptions, type FineTunePosition } from './fineTune.ts';
export { stageRates, type StageRates, type StageRatesOptions } from './stageRates.ts';
export { classificationLoss, type ClassificationLoss, type ClassificationLossOptions, type CountedFinding, type ImbalanceHandling } from './classificationLoss.ts';
export { balancedSample } from './balancedSample.ts';
export { extractMaps, type StageMaps } from './extractMaps.ts';
export type { FindingScore } from './findingScore.ts';
export { linearProbeScore } from './linearProbeScore.ts';
export { gradCam, type GradCamMethod, type GradCamOptions } from './gradCam.ts';
export { resizeMaps } from './resizeMaps.ts';
export { randomiseStages, type RandomisedEncoder } from './randomiseStages.ts';
export type { FeatureDistribution } from './featureDistribution.ts';
export { featureDistributionTensors, type DistributionTensor } from './featureDistributionTensors.ts';
export { parseFeatureDistribution } from './parseFeatureDistribution.ts';
export { fitFeatureDistribution } from './fitFeatureDistribution.ts';
export { featureDistances } from './featureDistances.ts';
export { outOfDistribution } from './outOfDistribution.ts';
