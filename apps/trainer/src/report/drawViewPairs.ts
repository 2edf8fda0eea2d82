import { createRng } from '@cxr-ifa/tensor';
import { CXR_NORMALISATION } from '@cxr-ifa/transforms';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';
import { makeViews } from '../input/makeViews.ts';
import type { PretrainOptions } from '../options/pretrainOptions.ts';
import type { Picture } from './picture.ts';
import type { ViewPair } from './viewPairs.ts';

/** Draws the views of some images as the first epoch of their run drew them. */
export async function drawViewPairs(cache: ImageCache, { seed, augment, augmentArithmetic, query }: Pick<PretrainOptions, 'seed' | 'augment' | 'augmentArithmetic' | 'query'>, count: number): Promise<ViewPair[]> {
  const { images, preparation } = cache.manifest;
  const { imageSize } = preparation;
  const rng = createRng(seed);
  const chosen = [...rng.fork('report views').permutation(images.length)].slice(0, count);
  const views = await makeViews({ images: chosen.map((index) => ({ index, ...cache.locate(index) })), imageSize, epoch: 0, rngState: rng.state(), augment, arithmetic: augmentArithmetic, query, normalisation: CXR_NORMALISATION });
  const picture = (batch: Float32Array, row: number): Picture => ({
    pixels: batch.subarray(row * imageSize ** 2, (row + 1) * imageSize ** 2).map((value) => value * CXR_NORMALISATION.std + CXR_NORMALISATION.mean),
    width: imageSize,
    height: imageSize,
  });
  return chosen.map((index, row) => ({
    name: images[index] as string,
    original: { pixels: readCachedImage(cache.locate(index)), width: imageSize, height: imageSize },
    query: picture(views.query, row),
    key: picture(views.key, row),
  }));
}
