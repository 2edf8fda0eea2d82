import type { GrayImage } from '@cxr-ifa/tensor';

/** factor x + offset for every pixel, clipped to the image's range. */
export function mapValues(image: GrayImage, factor: number, offset: number): GrayImage {
  const { data, width, height, range } = image;
  const [low, high] = range;
  const output = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) output[i] = Math.min(Math.max(factor * (data[i] as number) + offset, low), high);
  return { data: output, width, height, range };
}
