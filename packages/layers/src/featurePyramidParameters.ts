import { zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@cxr-ifa/tensor';
import { uniformFilter } from './uniformFilter.ts';

/** Sizes of a feature pyramid. */
export interface FeaturePyramidSizes {
  /** Channels of the encoder's maps, finest first. */
  readonly inputs: readonly number[];
  /** Channels of every level. */
  readonly channels: number;
  /** What the parameters' names begin with. @default {'fpn'} */
  readonly prefix?: string;
}

/**
 * Initial parameters of {@link featurePyramid}, by torchvision's names: `fpn.inner_blocks.0.0.weight`, `fpn.layer_blocks.0.0.bias`, `fpn.extra_blocks.p6.weight`, ...
 * Filters are uniform with the variance 1 / fan-in (`kaiming_uniform_(a=1)`), biases 0, as there.
 *
 * @param rng Only forked, by the parameters' names.
 * @param sizes Channels in and out.
 * @returns Names and tensors, for `createVariables`; the tensors belong to the caller.
 * @throws {RangeError} If there is no input, or a size is no positive integer.
 *
 * @example
 * ```ts
 * const parameters = createVariables(() => featurePyramidParameters(rng, { inputs: [128, 256, 512], channels: 64 }));
 * ```
 */
export function* featurePyramidParameters(rng: Rng, { inputs, channels, prefix = 'fpn' }: FeaturePyramidSizes): Generator<[string, Tensor], void, void> {
  if (inputs.length === 0 || ![...inputs, channels].every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new RangeError(`Cannot make a feature pyramid as inputs and channels must be positive integers: current values are [${inputs.join(', ')}] and ${channels}`);
  }
  const convolutions: [name: string, size: number, inputs: number][] = [
    ...inputs.map((input, level): [string, number, number] => [`inner_blocks.${level}.0`, 1, input]),
    ...inputs.map((_, level): [string, number, number] => [`layer_blocks.${level}.0`, 3, channels]),
    ['extra_blocks.p6', 3, channels],
    ['extra_blocks.p7', 3, channels],
  ];
  for (const [name, size, input] of convolutions) {
    yield [`${prefix}.${name}.weight`, uniformFilter(rng.fork(`${prefix}.${name}.weight`), [size, size, input, channels])];
    yield [`${prefix}.${name}.bias`, zeros([channels])];
  }
}
