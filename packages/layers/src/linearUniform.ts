import { tensor, type Rank, type ShapeMap, type Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';

/**
 * A linear layer's weight or bias drawn from U(-1 / sqrt(I), 1 / sqrt(I)), PyTorch's default for `nn.Linear`
 * (there written as `kaiming_uniform_` with a = sqrt 5).
 *
 * @param rng Source of randomness; advances.
 * @param shape Shape of the tensor: [O, I] for a weight, [O] for a bias.
 * @param inputs The layer's number of inputs I.
 * @returns The tensor.
 * @throws {RangeError} If `inputs` is no positive integer.
 *
 * @example
 * ```ts
 * const weight = linearUniform<tf.Rank.R2>(rng.fork('weight'), [14, 2048], 2048);
 * const bias = linearUniform<tf.Rank.R1>(rng.fork('bias'), [14], 2048);
 * ```
 */
export function linearUniform<R extends Rank>(rng: Rng, shape: ShapeMap[R], inputs: number): Tensor<R> {
  if (!(Number.isSafeInteger(inputs) && inputs > 0)) throw new RangeError(`Cannot initialise a linear layer as its number of inputs must be a positive integer: current value is ${inputs}`);
  const bound = 1 / Math.sqrt(inputs);
  const length = (shape as readonly number[]).reduce((product, size) => product * size, 1);
  return tensor<R>(
    Float32Array.from({ length }, () => rng.uniform(-bound, bound)),
    shape,
  );
}
