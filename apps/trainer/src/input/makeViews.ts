import { createRng, type RngState } from '@cxr-ifa/tensor';
import { createAugmentation, twoViews, type Normalisation, type PresetName } from '@cxr-ifa/transforms';
import { readCachedImage, type ImageLocation } from './imageCache.ts';

/** How two views of an image are made. */
export interface ViewOptions {
  readonly augment: PresetName;
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
export async function makeViews({ images, imageSize, epoch, rngState, augment, query, normalisation }: ViewsJob): Promise<ViewsResult> {
  const augmentation = createAugmentation(augment);
  const rng = createRng(rngState);
  const pixels = imageSize ** 2;
  const result: ViewsResult = { query: new Float32Array(images.length * pixels), key: new Float32Array(images.length * pixels) };
  for (const [position, { index, ...location }] of images.entries()) {
    const image = { data: readCachedImage(location), width: imageSize, height: imageSize, range: [0, 1] } as const;
    const views = twoViews(image, { augmentation, query, rng: rng.fork('view', epoch, index) });
    normaliseInto(result.query, position * pixels, views.query.image.data, normalisation);
    normaliseInto(result.key, position * pixels, views.key.image.data, normalisation);
  }
  return result;
}

/** (x - mean) / std straight into the batch; `normalise` of transforms would make one array more an image. */
function normaliseInto(batch: Float32Array, offset: number, data: Float32Array, { mean, std }: Normalisation): void {
  const factor = 1 / std;
  for (let i = 0; i < data.length; i++) batch[offset + i] = ((data[i] as number) - mean) * factor;
}
