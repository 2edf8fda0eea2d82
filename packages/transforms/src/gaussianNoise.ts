import type { GrayImage } from '@cxr-ifa/tensor';

export interface GaussianNoiseParameters {
  /** The deviation, on the image's scale. */
  readonly deviation: number;
  /** Which noise: an unsigned 32-bit integer. */
  readonly seed: number;
}

/**
 * Adds independent normal noise to every pixel, clipped to the image's range. The noise is a function of the seed,
 * from a hash that is much cheaper than the generator that drew it: a thousand views a second need a number for each pixel.
 */
export function gaussianNoise(image: GrayImage, { deviation, seed }: GaussianNoiseParameters): GrayImage {
  const { data, width, height, range } = image;
  const [low, high] = range;
  const output = new Float32Array(data.length);
  let counter = Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < data.length; i += 2) {
    // Marsaglia's polar method: a point in the unit disc gives two normal numbers
    let x: number;
    let y: number;
    let squared: number;
    do {
      const bits = mix(counter++);
      x = (bits >> 16) / 32768 + 1 / 65536;
      y = ((bits << 16) >> 16) / 32768 + 1 / 65536;
      squared = x * x + y * y;
    } while (squared >= 1);
    const factor = deviation * Math.sqrt((-2 * Math.log(squared)) / squared);
    output[i] = clamp((data[i] as number) + factor * x, low, high);
    if (i + 1 < data.length) output[i + 1] = clamp((data[i + 1] as number) + factor * y, low, high);
  }
  return { data: output, width, height, range };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** The finaliser of MurmurHash3, twice: 32 well-mixed bits, two 16-bit coordinates. */
function mix(value: number): number {
  let h = value | 0;
  for (let round = 0; round < 2; round++) {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h;
}
