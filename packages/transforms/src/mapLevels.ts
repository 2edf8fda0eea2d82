import type { GrayImage } from '@cxr-ifa/tensor';
import { LEVELS } from './levels.ts';

/** Maps 8-bit levels by a table of 256, clipped to 0..255 and cut to the whole number below, as NumPy's `clip(...).astype(uint8)`. */
export function mapLevels({ data, width, height }: GrayImage, map: (level: number) => number): GrayImage {
  const table = Float32Array.from({ length: 256 }, (_, level) => Math.trunc(Math.min(Math.max(map(level), 0), 255)));
  const output = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) output[i] = table[data[i] as number] as number;
  return { data: output, width, height, range: LEVELS };
}
