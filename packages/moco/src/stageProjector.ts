import { ones, reshape, tidy, zeros, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { batchNormTraining, linear, linearUniform } from '@cxr-ifa/layers';
import { createVariables, type Encoder, type Parameters, type Rng } from '@cxr-ifa/tensor';

/** What a stage projector projects, and to which sizes. */
export interface StageProjectorOptions {
  /** The stages and their channels, such as an encoder's. */
  readonly stages: readonly Pick<Encoder['stages'][number], 'name' | 'channels'>[];
  /** Lengths after each linear layer. @default {[2048, 2048, 2048]} */
  readonly sizes?: readonly number[];
}

/** A multi-layer projector for the pooled maps of each stage. Parameters are named `<stage>.<index>.weight` as PyTorch's `Sequential` counts them. */
export interface StageProjector {
  /** Makes the parameters; they belong to the caller. */
  initialise(rng: Rng): Parameters;
  /** Projects pooled maps [N, C] of a stage to [N, D]; at least two rows; borrows its arguments. */
  project(parameters: Parameters, pooled: Tensor2D, stage: string): Tensor2D;
}

/**
 * The projector of Barlow Twins, one for each stage: linear layers without bias, with batch-norm and ReLU between them.
 * Batch-norm goes by the batch at hand and keeps no running statistics: a projector is for training only.
 *
 * @example
 * ```ts
 * const projector = createStageProjector({ stages: encoder.stages });
 * const projected = projector.project(parameters, tf.mean(map, [1, 2]), 'layer4'); // [N, 2048]
 * ```
 *
 * @see Zbontar et al. 2021, Barlow Twins: Self-Supervised Learning via Redundancy Reduction, section 2.2
 * @see Kaku et al. 2021, Intermediate Layers Matter in Momentum Contrastive Self Supervised Learning
 */
export function createStageProjector({ stages, sizes = [2048, 2048, 2048] }: StageProjectorOptions): StageProjector {
  const last = sizes.length - 1;
  const nameOf = (stage: string, layer: number, offset: number, part: string): string => `${stage}.${3 * layer + offset}.${part}`; // linear, batch-norm, ReLU
  return {
    initialise: (rng) =>
      createVariables(() =>
        stages.flatMap(({ name, channels }) =>
          sizes.flatMap((size, layer): [string, Tensor][] => {
            const inputs = layer === 0 ? channels : (sizes[layer - 1] as number);
            const weight = nameOf(name, layer, 0, 'weight');
            return [
              [weight, linearUniform(rng.fork(weight), [size, inputs], inputs)],
              ...(layer === last ? [] : ([[nameOf(name, layer, 1, 'weight'), ones([size])], [nameOf(name, layer, 1, 'bias'), zeros([size])]] as [string, Tensor][])),
            ];
          }),
        ),
      ),
    project: (parameters, pooled, stage) =>
      tidy(() => {
        const parameter = <T extends Tensor>(layer: number, offset: number, part: string): T => parameters.get(nameOf(stage, layer, offset, part)) as Tensor as T;
        return sizes.reduce((x, size, layer) => {
          const y = linear(x, parameter<Tensor2D>(layer, 0, 'weight')); // [N, size]
          if (layer === last) return y;
          const maps = reshape(y, [-1, 1, 1, size]) as Tensor4D;
          return reshape(batchNormTraining(maps, parameter<Tensor1D>(layer, 1, 'weight'), parameter<Tensor1D>(layer, 1, 'bias'), { activation: 'relu' }).y, [-1, size]);
        }, pooled);
      }),
  };
}
