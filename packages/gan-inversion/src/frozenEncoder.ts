import { tidy, tile, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertShape, type Encoded, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { normaliseImages, type Normalisation } from './normaliseImages.ts';

/** An encoder that looks and does not learn, with the normalisation that it is used to. */
export interface FrozenEncoder {
  readonly encoder: Encoder;
  readonly parameters: Parameters;
  readonly statistics: Statistics;
  /** @default {{ mean: 0, std: 1 }} */
  readonly normalisation?: Normalisation;
}

/**
 * What a frozen encoder sees in a generator's images: in inference mode, at the images' own resolution, normalised as it is used to. Grey images are repeated for an encoder of three channels.
 *
 * @param frozen The encoder with its tensors; borrowed.
 * @param images Images from -1 to 1, [N, H, W, C]; borrowed.
 * @returns Every stage's map and the features; they belong to the caller.
 * @throws {TypeError} If the images have other channels than the encoder, and not one.
 *
 * @example
 * ```ts
 * const { stages, features } = lookAt({ encoder, parameters, statistics, normalisation: { mean: 0.658, std: 0.221 } }, images);
 * ```
 */
export function lookAt({ encoder, parameters, statistics, normalisation }: FrozenEncoder, images: Tensor4D): Pick<Encoded, 'stages' | 'features'> {
  const channels = images.shape[3] === 1 ? 1 : encoder.inputChannels;
  assertShape('look at images', { images: [images, ['N', 'H', 'W', channels]] });
  return tidy(() => {
    const normalised = normaliseImages(images, normalisation);
    const { stages, features } = encoder.encode(parameters, statistics, channels < encoder.inputChannels ? tile(normalised, [1, 1, 1, 3]) : normalised, { training: false });
    return { stages, features };
  });
}
