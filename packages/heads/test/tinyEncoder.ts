import { add, conv2d, div, mean, moments, mul, relu, reshape, sqrt, sub, tensor1d, tensor4d, tidy, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createVariables, type Encoder } from '@cxr-ifa/tensor';

/** An encoder that is no ResNet: one convolution, one normalisation (biased, for short), and a second stage of twice the first. */
export const tinyEncoder: Encoder = {
  stages: [
    { name: 'shallow', channels: 2, stride: 1 },
    { name: 'deep', channels: 2, stride: 1 },
  ],
  featureSize: 2,
  inputChannels: 1,
  initialise: () => ({
    parameters: createVariables(() => [['filter', tensor4d([0.5, -2], [1, 1, 1, 2])]]),
    statistics: new Map([['mean', tensor1d([0, 0])], ['variance', tensor1d([1, 1])], ['unreported', tensor1d([7])]]),
  }),
  encode(parameters, statistics, images, { training, groups = 1 }) {
    const { batchMean, batchVariance, ...encoded } = tidy(() => {
      const map = conv2d(images, parameters.get('filter') as unknown as Tensor4D, 1, 'valid'); // [N, H, W, 2]
      const perGroup = reshape(map, [groups, -1, 2]); // [groups, N / groups H W, 2]
      const batch = moments(perGroup, 1, true); // [groups, 1, 2]
      const center = training ? batch.mean : (statistics.get('mean') as Tensor1D);
      const variance = training ? batch.variance : (statistics.get('variance') as Tensor1D);
      const shallow = reshape(relu(div(sub(perGroup, center), sqrt(variance))), map.shape) as Tensor4D;
      const deep = mul<Tensor4D>(shallow, 2);
      const features = add<Tensor2D>(mean(deep, [1, 2]), 1);
      return { stages: { shallow, deep }, features, batchMean: mean<Tensor1D>(batch.mean, [0, 1]), batchVariance: mean<Tensor1D>(batch.variance, [0, 1]) };
    });
    if (training) return { ...encoded, batchStatistics: new Map([['mean', batchMean], ['variance', batchVariance]]) };
    batchMean.dispose();
    batchVariance.dispose();
    return encoded;
  },
};
