/**
 * Neural network layers as functions: tensors in, tensors out, no state.
 *
 * @module
 */
export { convolution2d, type Convolution2dOptions } from './convolution2d.ts';
export { maxPool, type MaxPoolOptions } from './maxPool.ts';
export { globalAveragePool } from './globalAveragePool.ts';
export { linear } from './linear.ts';
export { batchNormTraining, type BatchNormTrainingOptions, type BatchNormTrainingResult } from './batchNormTraining.ts';
export { batchNormInference, type BatchNormInferenceOptions } from './batchNormInference.ts';
export { groupedBatchStatistics } from './groupedBatchStatistics.ts';
export { averageStatistics } from './averageStatistics.ts';
export { kaimingNormal } from './kaimingNormal.ts';
export { linearUniform } from './linearUniform.ts';
export { upsampleNearest } from './upsampleNearest.ts';
export { featurePyramid, type FeaturePyramidOptions } from './featurePyramid.ts';
export { featurePyramidParameters, type FeaturePyramidSizes } from './featurePyramidParameters.ts';
