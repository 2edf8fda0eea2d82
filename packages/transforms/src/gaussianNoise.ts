import type { GrayImage } from '@cxr-ifa/tensor';
import { normalNoise } from './normalNoise.ts';

export interface GaussianNoiseParameters {
  /** The deviation, on the image's scale. */
  readonly deviation: number;
  /** Which noise: an unsigned 32-bit integer. */
  readonly seed: number;
}

/** Adds independent normal noise to every pixel, clipped to the image's range. The noise is a function of the seed. */
export function gaussianNoise(image: GrayImage, { deviation, seed }: GaussianNoiseParameters): GrayImage {
  const { data, width, height, range } = image;
  const [low, high] = range;
  const noise = normalNoise(data.length, seed);
  const output = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = (data[i] as number) + deviation * (noise[i] as number);
    output[i] = value < low ? low : value > high ? high : value;
  }
  return { data: output, width, height, range };
}
