import { avgPool, conv2d, mean, moments, relu, reshape, sqrt, sub, add, div, tensor1d, tensor4d, tidy, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createVariables, type Encoder } from '@cxr-ifa/tensor';

/** An encoder that is no ResNet, with the three strides of a RetinaNet: the image averaged over windows, one filter, one normalisation. */
export const pooledEncoder: Encoder = {
  stages: [
    { name: 'eighth', channels: 4, stride: 8 },
    { name: 'sixteenth', channels: 4, stride: 16 },
    { name: 'thirtysecond', channels: 4, stride: 32 },
  ],
  featureSize: 4,
  inputChannels: 1,
  initialise: () => ({
    parameters: createVariables(() => [['filter', tensor4d([1, -1, 2, 0.5], [1, 1, 1, 4])]]),
    statistics: new Map([['mean', tensor1d([0, 0, 0, 0])], ['variance', tensor1d([1, 1, 1, 1])]]),
  }),
  encode(parameters, statistics, images, { training }) {
    const { stages, features, batch } = tidy(() => {
      const pooled = avgPool(images, 8, 8, 'same'); // [N, H/8, W/8, 1]
      const map = conv2d(pooled, parameters.get('filter') as unknown as Tensor4D, 1, 'valid'); // [N, H/8, W/8, 4]
      const { mean: centre, variance } = moments(reshape(map, [-1, 4]), 0);
      const [usedMean, usedVariance] = training ? [centre, variance] : [statistics.get('mean') as Tensor1D, statistics.get('variance') as Tensor1D];
      const eighth = relu(div<Tensor4D>(sub(map, usedMean), sqrt(add(usedVariance, 1e-3))));
      const sixteenth = avgPool(eighth, 2, 2, 'same');
      const thirtysecond = avgPool(sixteenth, 2, 2, 'same');
      return { stages: { eighth, sixteenth, thirtysecond }, features: mean<Tensor2D>(thirtysecond, [1, 2]), batch: { mean: centre as Tensor1D, variance: variance as Tensor1D } };
    });
    if (training) return { stages, features, batchStatistics: new Map(Object.entries(batch)) };
    batch.mean.dispose();
    batch.variance.dispose();
    return { stages, features };
  },
};
