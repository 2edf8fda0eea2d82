import type { FineTuneInput, StageMaps } from '@cxr-ifa/heads/classification';
import type { Rng } from '@cxr-ifa/tensor';
import { createAugmentation, normalise, type Normalisation, type PresetName } from '@cxr-ifa/transforms';
import { tensor4d } from '@tensorflow/tfjs-core';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';

/** Where training and prediction take their inputs from, by row. */
export interface InputSource {
  /** The inputs of these rows; the tensor belongs to the caller. With a generator they are augmented, where the source can. */
  take(rows: readonly number[], rng?: Rng): FineTuneInput;
}

/** What {@link imageSource} reads. */
export interface ImageSourceOptions {
  readonly cache: ImageCache;
  /** Where each row's image is in the cache. */
  readonly indices: readonly number[];
  readonly normalisation: Normalisation;
  readonly augment: PresetName;
}

/** Prepared images, augmented where a generator is given. */
export function imageSource({ cache, indices, normalisation, augment }: ImageSourceOptions): InputSource {
  const { imageSize } = cache.manifest.preparation;
  const pixels = imageSize ** 2;
  const augmentation = createAugmentation(augment);
  return {
    take(rows, rng) {
      const data = new Float32Array(rows.length * pixels);
      for (const [position, row] of rows.entries()) {
        const image = { data: readCachedImage(cache.locate(indices[row] as number)), width: imageSize, height: imageSize, range: [0, 1] } as const;
        const seen = rng ? augmentation(image, rng.fork('image', position)).image : image;
        normalise(seen, normalisation, data.subarray(position * pixels, (position + 1) * pixels));
      }
      return { images: tensor4d(data, [rows.length, imageSize, imageSize, 1]) }; // [N, H, W, 1]
    },
  };
}

/** Maps of a frozen stage. */
export function mapSource({ data, count, shape }: StageMaps): InputSource {
  const size = data.length / count;
  return {
    take(rows) {
      const chosen = new Float32Array(rows.length * size);
      for (const [position, row] of rows.entries()) chosen.set(data.subarray(row * size, (row + 1) * size), position * size);
      return { map: tensor4d(chosen, [rows.length, ...shape]) }; // [N, H, W, C]
    },
  };
}
