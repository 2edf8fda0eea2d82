import { ones, zeros, type Tensor1D } from '@tensorflow/tfjs-core';
import { kaimingNormal } from '@cxr-ifa/layers';
import { assertShape, createVariables, type Encoder, type Rng, type Stage } from '@cxr-ifa/tensor';
import { encodeResnet } from './encodeResnet.ts';
import { ARCHITECTURES, planResnet, unitsOf, type Architecture, type ResnetPlan } from './planResnet.ts';

/** Which ResNet {@link createResnet} makes. */
export interface ResnetOptions {
  readonly architecture: Architecture;
  /** Channels of the stem; every other width scales with it. @default {64}, torchvision's */
  readonly width?: number;
  /** Channels of the images. @default {1} */
  readonly inputChannels?: 1 | 3;
}

/**
 * A ResNet without its classifier, as torchvision builds it ("v1.5": a bottleneck's stride is on the 3x3), for images of any size.
 *
 * Its stages are `stem` (behind the first ReLU, before max-pooling) and `layer1` to `layer4` (behind their last ReLU), its features the
 * global average of `layer4`. Parameters and statistics have torchvision's names, so that weights map by name.
 * Filters start from `kaimingNormal`, batch-norm from scale 1 and offset 0, the last of a block too.
 *
 * @param options Architecture, width, and input channels.
 * @returns The encoder: a value without tensors.
 * @throws {RangeError} If an option is out of range.
 * @see He et al. 2016, Deep Residual Learning for Image Recognition, table 1
 *
 * @example
 * ```ts
 * const encoder = createResnet({ architecture: 'resnet18', width: 16 });
 * const { parameters, statistics } = encoder.initialise(createRng(1));
 * const { features, stages } = encoder.encode(parameters, statistics, images, { training: false });
 * ```
 */
export function createResnet({ architecture, width = 64, inputChannels = 1 }: ResnetOptions): Encoder {
  if (!Object.hasOwn(ARCHITECTURES, architecture)) throw new RangeError(`Cannot create a ResNet as the architecture must be one of ${Object.keys(ARCHITECTURES).join(', ')}: current value is ${architecture}`);
  if (!(Number.isSafeInteger(width) && width > 0)) throw new RangeError(`Cannot create a ResNet as the width must be a positive integer: current value is ${width}`);
  if (inputChannels !== 1 && inputChannels !== 3) throw new RangeError(`Cannot create a ResNet as the input channels must be 1 or 3: current value is ${inputChannels}`);

  const plan = planResnet(architecture, width, inputChannels);
  const stages = [{ name: 'stem', channels: width, stride: 2 }, ...plan.layers.map(({ name, channels }, index) => ({ name, channels, stride: 4 * 2 ** index }))];
  return {
    stages,
    featureSize: (stages.at(-1) as Stage).channels,
    inputChannels,
    initialise: (rng) => ({ parameters: createVariables(() => initialParameters(plan, rng)), statistics: new Map(initialStatistics(plan)) }),
    encode(parameters, statistics, images, options) {
      const { from, to } = options;
      const before = from ? indexOfStage(stages, from.stage, 'from') : -1;
      const last = to === undefined ? stages.length - 1 : indexOfStage(stages, to, 'to');
      if (to !== undefined && last <= before) throw new RangeError(`Cannot encode as the last stage must come after the one to continue from: current stages are ${to} and ${from?.stage}`);
      if (from) assertShape('encode', { [from.stage]: [from.map, ['N', 'H', 'W', (stages[before] as Stage).channels]] });
      else assertShape('encode', { images: [images, ['N', 'H', 'W', inputChannels]] });
      return encodeResnet(plan, parameters, statistics, from?.map ?? images, { first: before + 1, last }, options);
    },
  };
}

function* initialParameters(plan: ResnetPlan, rng: Rng): Generator<[string, ReturnType<typeof kaimingNormal> | Tensor1D]> {
  for (const { convolution, batchNorm, size, inputs, outputs } of unitsOf(plan)) {
    yield [`${convolution}.weight`, kaimingNormal(rng.fork(convolution), [size, size, inputs, outputs])];
    yield [`${batchNorm}.weight`, ones([outputs]) as Tensor1D];
    yield [`${batchNorm}.bias`, zeros([outputs]) as Tensor1D];
  }
}

function* initialStatistics(plan: ResnetPlan): Generator<[string, Tensor1D]> {
  for (const { batchNorm, outputs } of unitsOf(plan)) {
    yield [`${batchNorm}.running_mean`, zeros([outputs])];
    yield [`${batchNorm}.running_var`, ones([outputs])];
  }
}

function indexOfStage(stages: readonly Stage[], stage: string, side: 'from' | 'to'): number {
  const index = stages.findIndex(({ name }) => name === stage);
  if (index < 0) throw new RangeError(`Cannot encode ${side} a stage as it must be one of ${stages.map(({ name }) => name).join(', ')}: current value is ${stage}`);
  return index;
}
