import type { GrayImage } from '@cxr-ifa/tensor';
import { LEVELS } from './levels.ts';

/** Adds noise to 8-bit levels, clipped and cut to the whole number below: noise of less than a level only ever lowers. */
export function addNoiseToLevels({ data, width, height }: GrayImage, noise: ArrayLike<number>, deviation: number): GrayImage {
  const output = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) output[i] = Math.trunc(Math.min(Math.max((data[i] as number) + deviation * (noise[i] as number), 0), 255));
  return { data: output, width, height, range: LEVELS };
}
