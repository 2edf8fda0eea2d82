import { div, mean, reshape, sum, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';

/** Mean over the first axis of each row's sum over its divisor: how detectors reduce, so that an image with many objects weighs no more than another. */
export function perImageMean(values: Tensor, divisors: Tensor1D): Scalar {
  const rows = reshape(values, [divisors.size, -1]); // [N, ...] to [N, values an image]
  return mean(div(sum(rows, 1), divisors));
}
