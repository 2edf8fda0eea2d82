import { add, concat, image, leakyRelu, reshape, tidy, zeros, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { convolution2d, kaimingNormal, linear } from '@cxr-ifa/layers';
import { assertShape, createVariables, type Encoder, type Generator, type Parameters, type Rng, type Statistics } from '@cxr-ifa/tensor';
import { normaliseImages, type Normalisation } from './normaliseImages.ts';

/** Which inversion encoder {@link createInversionEncoder} makes. */
export interface InversionEncoderOptions {
  /** The backbone: any encoder with at least three stages. */
  readonly encoder: Encoder;
  /** Whose latents it must find. */
  readonly generator: Pick<Generator, 'styles' | 'latentSize' | 'resolution' | 'imageChannels'>;
  /** Channels of pyramid and heads. @default {64} */
  readonly channels?: number;
  /** What the backbone is used to. @default {{ mean: 0, std: 1 }} */
  readonly normalisation?: Normalisation;
}

/** Latents and how far each layer's is from the first's. */
export interface Inverted {
  /** [N, L, D]. */
  readonly latents: Tensor3D;
  /** [N, L - 1, D]. */
  readonly offsets: Tensor3D;
}

/** An encoder from images to latents as a value. */
export interface InversionEncoder {
  /** Makes the parameters, those of the backbone under `backbone.*`; they belong to the caller. */
  initialise(rng: Rng): { parameters: Parameters; statistics: Statistics };
  /** Images from -1 to 1, [N, H, W, C], to latents about `meanLatent` [D]; borrows everything it is given. */
  invert(parameters: Parameters, statistics: Statistics, images: Tensor4D, meanLatent: Tensor1D): Inverted;
}

const SLOPE = 0.2;

/**
 * An encoder from images to w+, as pSp and e4e: a backbone, a feature pyramid over its last three stages, and a head for each layer of the generator. The first head gives one
 * latent for all layers, the others what theirs differ by, so that a regulariser can keep latents near those that the generator knows. Coarse layers read the last stage,
 * fine ones the third last. The backbone's batch-norm stays in inference mode, its parameters learn.
 *
 * A head halves its map by convolutions of stride 2 until one pixel is left, and maps it linearly, from zero: at first every image has the mean latent.
 *
 * @param options Backbone, generator, channels.
 * @returns The encoder: a value without tensors.
 * @throws {RangeError} If the backbone has too few stages or other channels than the images, or an option is out of range.
 * @see Richardson et al. 2021, Encoding in Style; Tov et al. 2021, Designing an Encoder for StyleGAN Image Manipulation
 *
 * @example
 * ```ts
 * const inversion = createInversionEncoder({ encoder, generator });
 * const { parameters, statistics } = inversion.initialise(createRng(1));
 * const { latents } = inversion.invert(parameters, statistics, images, meanLatent);
 * ```
 */
export function createInversionEncoder({ encoder, generator, channels = 64, normalisation }: InversionEncoderOptions): InversionEncoder {
  const action = 'create an inversion encoder';
  const { styles, latentSize, resolution, imageChannels } = generator;
  if (encoder.stages.length < 3) throw new RangeError(`Cannot ${action} as its backbone must have three stages: current stages are ${encoder.stages.map(({ name }) => name).join(', ')}`);
  if (encoder.inputChannels !== imageChannels) throw new RangeError(`Cannot ${action} as its backbone must take the generator's ${imageChannels} channels: current value is ${encoder.inputChannels}`);
  if (!(Number.isSafeInteger(channels) && channels > 0)) throw new RangeError(`Cannot ${action} as channels must be a positive integer: current value is ${channels}`);
  const levels = encoder.stages.slice(-3); // from the finest to the coarsest
  const levelOf = (style: number): number => 2 - Math.min(2, Math.floor((3 * style) / styles)); // coarse styles, coarse level
  const halvings = (level: number): number => Math.ceil(Math.log2(Math.max(2, Math.ceil(resolution / (levels[level] as { stride: number }).stride))));

  function* heads(rng: Rng): Iterable<readonly [string, Tensor]> {
    for (const { name, channels: inputs } of levels) yield [`lateral.${name}.weight`, kaimingNormal(rng.fork(`lateral.${name}`), [1, 1, inputs, channels])];
    for (let style = 0; style < styles; style++) {
      for (let index = 0; index < halvings(levelOf(style)); index++) yield [`head${style}.conv${index}.weight`, kaimingNormal(rng.fork(`head${style}.conv${index}`), [3, 3, channels, channels])];
      yield [`head${style}.linear.weight`, zeros([latentSize, channels])];
      yield [`head${style}.linear.bias`, zeros([latentSize])];
    }
  }

  return {
    initialise(rng) {
      const { parameters: backbone, statistics } = encoder.initialise(rng.fork('backbone'));
      return { parameters: new Map([...[...backbone].map(([name, parameter]) => [`backbone.${name}`, parameter] as const), ...createVariables(() => heads(rng.fork('heads')))]), statistics };
    },
    invert(parameters, statistics, images, meanLatent) {
      assertShape('invert images', { images: [images, ['N', resolution, resolution, imageChannels]], meanLatent: [meanLatent, [latentSize]] });
      return tidy(() => {
        const { stages } = encoder.encode(backboneOf(parameters), statistics, normaliseImages(images, normalisation), { training: false });
        const pyramid = pyramidOf(parameters, levels.map(({ name }) => [name, stages[name] as Tensor4D]));
        const read = Array.from({ length: styles }, (_, style) => head(parameters, `head${style}`, pyramid[levelOf(style)] as Tensor4D, halvings(levelOf(style))));
        const [base, ...rest] = read.map((vector): Tensor3D => reshape(vector, [images.shape[0], 1, latentSize]));
        const first = add<Tensor3D>(base as Tensor3D, reshape(meanLatent, [1, 1, latentSize]));
        const offsets: Tensor3D = concat(rest, 1); // [N, L - 1, D]
        return { latents: concat([first, add<Tensor3D>(first, offsets)], 1), offsets };
      });
    },
  };
}

function backboneOf(parameters: Parameters): Parameters {
  const prefix = 'backbone.';
  return new Map([...parameters].filter(([name]) => name.startsWith(prefix)).map(([name, parameter]) => [name.slice(prefix.length), parameter]));
}

/** Every level in the same channels, with the coarser ones added. */
function pyramidOf(parameters: Parameters, levels: readonly (readonly [name: string, map: Tensor4D])[]): Tensor4D[] {
  const pyramid: Tensor4D[] = [];
  for (const [name, map] of [...levels].reverse()) {
    const own = convolution2d(map, requireParameter(parameters, `lateral.${name}.weight`));
    const above = pyramid[0];
    pyramid.unshift(above ? add<Tensor4D>(own, image.resizeBilinear(above, [map.shape[1], map.shape[2]], false, true)) : own);
  }
  return pyramid;
}

function head(parameters: Parameters, name: string, map: Tensor4D, halvings: number): Tensor2D {
  let x = map;
  for (let index = 0; index < halvings; index++) x = leakyRelu(convolution2d(x, requireParameter(parameters, `${name}.conv${index}.weight`), { stride: 2 }), SLOPE);
  const pooled: Tensor2D = reshape(x, [x.shape[0], -1]); // one pixel is left
  return linear(pooled, requireParameter(parameters, `${name}.linear.weight`), requireParameter<Tensor1D>(parameters, `${name}.linear.bias`));
}

function requireParameter<T extends Tensor>(parameters: Parameters, name: string): T {
  const found = parameters.get(name);
  if (!found) throw new RangeError(`Cannot invert images as every tensor of the encoder must be given: ${name} is missing`);
  return found as unknown as T;
}
