import type { GrayImage, Rng } from '@cxr-ifa/tensor';
import { IDENTITY_GEOMETRY } from './composeGeometry.ts';
import type { Augmentation, View } from './createAugmentation.ts';

/** How a pair of views is drawn. */
export interface TwoViewsOptions {
  readonly augmentation: Augmentation;
  /** Whether the query is augmented like the key, as in the released code, or the image itself, as the abstract reads. */
  readonly query: 'augmented' | 'clean';
  /** Where each view's own generator is forked from: both views are the same again for the same generator, whatever was drawn from it. */
  readonly rng: Rng;
}

/**
 * Draws the query and the key view of an image, independently.
 *
 * @param image An image with the range [0, 1].
 */
export function twoViews(image: GrayImage, { augmentation, query, rng }: TwoViewsOptions): { query: View; key: View } {
  return {
    query: query === 'clean' ? { image, geometry: IDENTITY_GEOMETRY, operations: [] } : augmentation(image, rng.fork('query')),
    key: augmentation(image, rng.fork('key')),
  };
}
