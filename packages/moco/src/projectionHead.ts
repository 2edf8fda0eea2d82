import { relu, tidy, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { linear, linearUniform } from '@cxr-ifa/layers';
import { createVariables, type Parameters, type Rng } from '@cxr-ifa/tensor';

/** The sizes of a projection head. */
export interface ProjectionHeadOptions {
  readonly featureSize: number;
  /** @default {featureSize} */
  readonly hiddenSize?: number;
  /** Length of the embedding. @default {128} */
  readonly dimension?: number;
}

/** MoCo v2's two-layer head over an encoder's features. Parameters are named as PyTorch's `Sequential(Linear, ReLU, Linear)` names them. */
export interface ProjectionHead {
  readonly dimension: number;
  /** Makes the parameters; they belong to the caller. */
  initialise(rng: Rng): Parameters;
  /** Embeds features [N, featureSize] as [N, dimension], not normalised; borrows its arguments. */
  project(parameters: Parameters, features: Tensor2D): Tensor2D;
}

/**
 * A projection head: linear, ReLU, linear.
 *
 * @see Chen et al. 2020, Improved Baselines with Momentum Contrastive Learning, section 3
 */
export function createProjectionHead({ featureSize, hiddenSize = featureSize, dimension = 128 }: ProjectionHeadOptions): ProjectionHead {
  return {
    dimension,
    initialise: (rng) =>
      createVariables(() => [
        ['0.weight', linearUniform(rng.fork('0.weight'), [hiddenSize, featureSize], featureSize)],
        ['0.bias', linearUniform(rng.fork('0.bias'), [hiddenSize], featureSize)],
        ['2.weight', linearUniform(rng.fork('2.weight'), [dimension, hiddenSize], hiddenSize)],
        ['2.bias', linearUniform(rng.fork('2.bias'), [dimension], hiddenSize)],
      ]),
    project: (parameters, features) =>
      tidy(() => {
        const weight = (name: string): Tensor2D => parameters.get(name) as Tensor as Tensor2D;
        const bias = (name: string): Tensor1D => parameters.get(name) as Tensor as Tensor1D;
        const hidden = relu(linear(features, weight('0.weight'), bias('0.bias'))); // [N, hiddenSize]
        return linear(hidden, weight('2.weight'), bias('2.bias')); // [N, dimension]
      }),
  };
}
