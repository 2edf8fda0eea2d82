import type { GrayImage } from '@cxr-ifa/tensor';

/** Encodes an image of 0..1 as a picture file. */
export async function grayPicture({ data, width, height }: GrayImage, type: 'image/png' | 'image/jpeg'): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D; // for a small picture a GPU is a detour
  const picture = context.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let index = 0; index < data.length; index++) pixels[index] = 0xff000000 | (0x010101 * Math.round(255 * (data[index] as number)));
  context.putImageData(picture, 0, 0);
  return canvas.convertToBlob({ type, quality: 0.85 });
}
