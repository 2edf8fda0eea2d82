import { boxesToView, type BoxAnnotations } from '@cxr-ifa/heads/detection';
import type { Rng } from '@cxr-ifa/tensor';
import { createAugmentation, normalise, type Normalisation, type PresetName } from '@cxr-ifa/transforms';
import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';
import type { AnnotatedImage } from './annotatedImages.ts';

/**
 * One batch of augmented images with their boxes where the views show them. It depends on the generator, the epoch and the images alone.
 *
 * @returns Images [N, H, W, 1], which belong to the caller, and the boxes of each.
 */
export function detectionBatch(cache: ImageCache, images: readonly AnnotatedImage[], { augment, minimumVisible, normalisation, rng, epoch }: { readonly augment: PresetName; readonly minimumVisible: number; readonly normalisation: Normalisation; readonly rng: Rng; readonly epoch: number }): { images: Tensor4D; annotations: BoxAnnotations[] } {
  const { imageSize } = cache.manifest.preparation;
  const augmentation = createAugmentation(augment);
  const pixels = imageSize ** 2;
  const data = new Float32Array(images.length * pixels);
  const annotations = images.map(({ index, annotations: boxes }, position) => {
    const image = { data: readCachedImage(cache.locate(index)), width: imageSize, height: imageSize, range: [0, 1] } as const;
    const view = augmentation(image, rng.fork('view', epoch, index));
    normalise(view.image, normalisation, data.subarray(position * pixels, (position + 1) * pixels));
    return boxesToView(boxes, view.geometry, { minimumVisible });
  });
  return { images: tensor4d(data, [images.length, imageSize, imageSize, 1]), annotations }; // [N, H, W, 1]
}
