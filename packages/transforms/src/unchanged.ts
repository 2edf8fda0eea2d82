import type { GrayImage } from '@cxr-ifa/tensor';

/** The image itself, or a copy of it in `into`. */
export function unchanged(image: GrayImage, into?: Float32Array): GrayImage {
  if (!into) return image;
  into.set(image.data);
  return { ...image, data: into };
}
