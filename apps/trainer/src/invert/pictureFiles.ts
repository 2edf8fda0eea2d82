import { encodeGrayPng } from '../output/encodeGrayPng.ts';

/** Where an inversion's pictures lie, by kind; one file an image, of equal names. */
export const PICTURE_FOLDERS = ['original', 'reconstruction', 'difference'] as const;

/** The mean latent's picture, beside them. */
export const MEAN_PICTURE = 'mean.png';

/** A square picture of values from 0 to 1 as a file. */
export function pictureFile(picture: Float32Array): Uint8Array {
  const side = Math.sqrt(picture.length);
  return encodeGrayPng(picture.map((value) => 255 * value), side, side);
}

/** What a reconstruction has changed, from 0 to 1: grey where the two agree, brighter where the reconstruction is. */
export function differencePicture(original: Float32Array, reconstruction: Float32Array): Float32Array {
  return original.map((value, pixel) => 0.5 + ((reconstruction[pixel] as number) - value) / 2);
}
