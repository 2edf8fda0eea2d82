import { createRng, type RngState } from '@cxr-ifa/tensor';
import { makeViews as makeViewsOf, type ViewArrays, type ViewOptions } from '@cxr-ifa/transforms';
import { readCachedImage, type ImageLocation } from './imageCache.ts';

/** One batch. */
export interface ViewsJob extends ViewOptions {
  readonly images: readonly (ImageLocation & { readonly index: number })[];
  readonly imageSize: number;
  readonly epoch: number;
  readonly rngState: RngState;
}

/** Makes the views of one batch of prepared images. */
export async function makeViews({ images, rngState, ...options }: ViewsJob): Promise<ViewArrays> {
  const locations = new Map(images.map(({ index, ...location }) => [index, location]));
  return makeViewsOf({ ...options, indices: [...locations.keys()], pixelsOf: (index) => readCachedImage(locations.get(index) as ImageLocation), rng: createRng(rngState) });
}
