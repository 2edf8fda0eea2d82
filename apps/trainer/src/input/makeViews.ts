import { createRng, type RngState } from '@cxr-ifa/tensor';
import { createAugmentation, normalise, type AugmentationOptions, type Normalisation, type PresetName } from '@cxr-ifa/transforms';
import { readCachedImage, type ImageLocation } from './imageCache.ts';

/** How two views of an image are made. */
export interface ViewOptions {
  readonly augment: PresetName;
  /** Whether steps mean what their numbers say (`float`), or do what the released code did to 8-bit images (`uint8`). @default {'float'} */
  readonly arithmetic?: AugmentationOptions['arithmetic'];
  /** Whether the query is augmented as the key is, or the image itself. */
  readonly query: 'augmented' | 'clean';
  readonly normalisation: Normalisation;
}

/** One batch. */
export interface ViewsJob extends ViewOptions {
  readonly images: readonly (ImageLocation & { readonly index: number })[];
  readonly imageSize: number;
  readonly epoch: number;
  readonly rngState: RngState;
}

/** Both views of a batch, normalised, [N, imageSize, imageSize] each. */
export interface ViewsResult {
  readonly query: Float32Array;
  readonly key: Float32Array;
}

/** Makes the views of one batch. They depend on the generator, the epoch and the image alone, not on who makes them and when. */
export async function makeViews({ images, imageSize, epoch, rngState, augment, arithmetic = 'float', query, normalisation }: ViewsJob): Promise<ViewsResult> {
  const augmentations = { query: createAugmentation(query === 'clean' ? 'none' : augment, { arithmetic }), key: createAugmentation(augment, { arithmetic }) };
  const rng = createRng(rngState);
  const pixels = imageSize ** 2;
  const scratch = new Float32Array(pixels);
  const result: ViewsResult = { query: new Float32Array(images.length * pixels), key: new Float32Array(images.length * pixels) };
  for (const [position, { index, ...location }] of images.entries()) {
    const image = { data: readCachedImage(location), width: imageSize, height: imageSize, range: [0, 1] } as const;
    const imageRng = rng.fork('view', epoch, index);
    for (const view of ['query', 'key'] as const) {
      normalise(augmentations[view](image, imageRng.fork(view), scratch).image, normalisation, result[view].subarray(position * pixels, (position + 1) * pixels));
    }
  }
  return result;
}
