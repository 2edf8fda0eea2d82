import type { GrayImage } from '@cxr-ifa/tensor';

export interface GaussianNoiseParameters {
  /** The deviation, on the image's scale. */
  readonly deviation: number;
  /** Which noise: an unsigned 32-bit integer. */
  readonly seed: number;
}

/**
 * Adds independent normal noise to every pixel, clipped to the image's range. The noise is a function of seed and pixel,
 * from a hash that is much cheaper than a generator made for statistics: a thousand views a second need a number for each pixel.
 */
export function gaussianNoise(image: GrayImage, { deviation, seed }: GaussianNoiseParameters): GrayImage {
  const { data, width, height, range } = image;
  const [low, high] = range;
  const output = new Float32Array(data.length);
  const base = hash(seed ^ 0x9e3779b9);
  for (let i = 0; i < data.length; i += 2) {
    // Box-Muller: two uniform numbers give two normal ones
    const radius = deviation * Math.sqrt(-2 * Math.log((hash(base + i) + 1) / 2 ** 32));
    const angle = 2 * Math.PI * (hash(base + i + 1) / 2 ** 32);
    output[i] = Math.min(Math.max((data[i] as number) + radius * Math.cos(angle), low), high);
    if (i + 1 < data.length) output[i + 1] = Math.min(Math.max((data[i + 1] as number) + radius * Math.sin(angle), low), high);
  }
  return { data: output, width, height, range };
}

/** The finaliser of MurmurHash3, twice over a Weyl sequence: 32 well-mixed bits for each number. */
function hash(value: number): number {
  let h = Math.imul(value, 0x9e3779b1);
  for (let round = 0; round < 2; round++) {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}
