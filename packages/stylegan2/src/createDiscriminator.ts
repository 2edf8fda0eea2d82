import { zeros, type Tensor, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createVariables, type Parameters, type Rng } from '@cxr-ifa/tensor';
import { normalTensor } from './normalTensor.ts';
import { planNetwork, type NetworkOptions, type NetworkPlan } from './planNetwork.ts';
import { scoreImages } from './scoreImages.ts';

/** Which discriminator {@link createDiscriminator} makes. */
export interface DiscriminatorOptions extends NetworkOptions {
  /** Images whose spread the discriminator sees together; a batch is cut into groups of as many, or is one group if it is smaller. @default {4} */
  readonly groupSize?: number;
}

export type DiscriminatorPlan = NetworkPlan & { readonly groupSize: number };

/** A discriminator as a value. */
export interface Discriminator {
  readonly resolution: number;
  readonly imageChannels: 1 | 3;
  /** Makes the parameters, which belong to the caller. */
  initialise(rng: Rng): Parameters;
  /** Images [N, resolution, resolution, C] to one score each, [N]: the higher, the more real. Borrows everything it is given. */
  score(parameters: Parameters, images: Tensor4D): Tensor1D;
}

/**
 * StyleGAN2's discriminator. Everything in it can be differentiated twice, so that `r1Penalty` has its gradient.
 *
 * Parameters have the names of NVIDIA's PyTorch version (`b32.fromrgb.weight`, `b32.conv0.bias`, `b4.out.weight`, ...); `b4.fc.weight` reads
 * a map row by row with its channels together, where theirs has channels first. The architecture `residual` has shortcuts, `skip` reads the image at every resolution.
 *
 * @param options Resolution, channels, group size.
 * @returns The discriminator: a value without tensors.
 * @throws {RangeError} If an option is out of range.
 * @see Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN, figure 7
 *
 * @example
 * ```ts
 * const discriminator = createDiscriminator({ resolution: 64, channelBase: 2048, channelMaximum: 128 });
 * const parameters = discriminator.initialise(createRng(1));
 * const scores = discriminator.score(parameters, images); // [N]
 * ```
 */
export function createDiscriminator({ groupSize = 4, architecture = 'residual', ...options }: DiscriminatorOptions): Discriminator {
  const action = 'create a discriminator';
  const plan: DiscriminatorPlan = { ...planNetwork(action, { ...options, architecture }), groupSize };
  if (!(Number.isSafeInteger(groupSize) && groupSize > 0)) throw new RangeError(`Cannot ${action} as the group size must be a positive integer: current value is ${groupSize}`);
  return {
    resolution: plan.resolution,
    imageChannels: plan.imageChannels,
    initialise: (rng) => createVariables(() => initialParameters(plan, rng)),
    score: (parameters, images) => scoreImages(plan, parameters, images),
  };
}

function* initialParameters({ blocks, imageChannels, architecture }: DiscriminatorPlan, rng: Rng): Iterable<readonly [string, Tensor]> {
  function* layer(name: string, shape: [number, number, number, number] | [number, number], bias = true): Iterable<readonly [string, Tensor]> {
    yield [`${name}.weight`, normalTensor(rng.fork(name), shape)];
    if (bias) yield [`${name}.bias`, zeros([shape.length === 2 ? shape[0] : shape[3]])];
  }
  for (let index = blocks.length - 1; index > 0; index--) {
    const { resolution, channels } = blocks[index] as { resolution: number; channels: number };
    const outputs = blocks[index - 1]?.channels as number;
    const name = `b${resolution}`;
    if (architecture === 'skip' || index === blocks.length - 1) yield* layer(`${name}.fromrgb`, [1, 1, imageChannels, channels]);
    yield* layer(`${name}.conv0`, [3, 3, channels, channels]);
    yield* layer(`${name}.conv1`, [3, 3, channels, outputs]);
    if (architecture === 'residual') yield* layer(`${name}.skip`, [1, 1, channels, outputs], false);
  }
  const channels = blocks[0]?.channels as number;
  if (architecture === 'skip') yield* layer('b4.fromrgb', [1, 1, imageChannels, channels]);
  yield* layer('b4.conv', [3, 3, channels + 1, channels]);
  yield* layer('b4.fc', [channels, 16 * channels]);
  yield* layer('b4.out', [1, channels]);
}
