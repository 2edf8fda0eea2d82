import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Generator, Rng } from '@cxr-ifa/tensor';
import type { Discriminator } from './createDiscriminator.ts';

/** Images as the discriminator sees them: differentiable twice. Borrows images and gives away the result. */
export type Augment = (images: Tensor4D, options: { readonly probability: number; readonly rng: Rng }) => Tensor4D;

/** What an {@link AdversarialTraining} is made of; the defaults are the paper's. */
export interface AdversarialTrainingOptions {
  readonly generator: Generator;
  readonly discriminator: Discriminator;
  /** Where initial parameters, latents, noise and augmentations come from; only forked. */
  readonly rng: Rng;
  /** Gamma of R1. @default {10} */
  readonly r1Gamma?: number;
  /** Steps between two R1 penalties; 0 for none. @default {16} */
  readonly r1Interval?: number;
  /** @default {2} */
  readonly pathLengthWeight?: number;
  /** Steps between two path-length penalties; 0 for none. @default {4} */
  readonly pathLengthInterval?: number;
  /** Probability of mixing two styles. @default {0.9} */
  readonly styleMixing?: number;
  /** Images after which the averaged generator has forgotten half of what it was. @default {10000} */
  readonly averageImages?: number;
  /** Augments what the discriminator sees. @default none */
  readonly augment?: Augment;
  /** Share of real images that the discriminator should take for real, as a mean sign: above it augmentation becomes more probable. @default {0.6} */
  readonly augmentTarget?: number;
  /** Images in which the probability of augmentation can rise from 0 to 1. @default {500000} */
  readonly augmentImages?: number;
}

/** All of them but `augment`, which may be missing. */
export type ResolvedOptions = Required<Omit<AdversarialTrainingOptions, 'augment'>> & Pick<AdversarialTrainingOptions, 'augment'>;

/** Fills in the defaults, and checks. @throws {RangeError} If generator and discriminator do not fit, or an option is out of range. */
export function resolveOptions(options: AdversarialTrainingOptions): ResolvedOptions {
  const resolved = { r1Gamma: 10, r1Interval: 16, pathLengthWeight: 2, pathLengthInterval: 4, styleMixing: 0.9, averageImages: 10_000, augmentTarget: 0.6, augmentImages: 500_000, ...options };
  const { generator, discriminator, ...numbers } = resolved;
  const demand = (holds: boolean, rule: string, value: unknown): void => {
    if (!holds) throw new RangeError(`Cannot train adversarially as ${rule}: current value is ${String(value)}`);
  };
  demand(generator.resolution === discriminator.resolution && generator.imageChannels === discriminator.imageChannels, 'generator and discriminator must have images of the same size and channels', `${generator.resolution} and ${discriminator.resolution} pixels, ${generator.imageChannels} and ${discriminator.imageChannels} channels`);
  for (const name of ['r1Interval', 'pathLengthInterval'] as const) demand(Number.isSafeInteger(numbers[name]) && numbers[name] >= 0, `${name} must be 0 or a positive integer`, numbers[name]);
  for (const name of ['r1Gamma', 'pathLengthWeight'] as const) demand(numbers[name] >= 0 && Number.isFinite(numbers[name]), `${name} must be 0 or more`, numbers[name]);
  for (const name of ['averageImages', 'augmentImages'] as const) demand(numbers[name] > 0, `${name} must be above 0`, numbers[name]);
  demand(numbers.styleMixing >= 0 && numbers.styleMixing <= 1, 'styleMixing must be from 0 to 1', numbers.styleMixing);
  demand(numbers.augmentTarget > -1 && numbers.augmentTarget <= 1, 'augmentTarget must be above -1 and at most 1', numbers.augmentTarget);
  return resolved;
}
