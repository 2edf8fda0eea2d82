import type { GrayImage } from '@cxr-ifa/tensor';

/** Encodes an image of 0..1 as a picture file. */
export async function grayPicture({ data, width, height }: GrayImage, type: 'image/png' | 'image/webp'): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D; // for a small picture a GPU is a detour
  const pixels = context.createImageData(width, height);
  for (let index = 0; index < data.length; index++) {
    pixels.data.fill(Math.round(255 * (data[index] as number)), 4 * index, 4 * index + 3);
    pixels.data[4 * index + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas.convertToBlob({ type, quality: 0.85 });
}
