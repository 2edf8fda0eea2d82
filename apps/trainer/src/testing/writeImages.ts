import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { counterUniform } from '@cxr-ifa/testing';
import { encodePng } from './encodePng.ts';

/** Writes small images that differ: soft spots at places of their own, with noise. The same for the same arguments. */
export function writeImages(folder: string, count: number, { size = 40, depth = 8, first = 0 }: { size?: number; depth?: 8 | 16; first?: number } = {}): void {
  mkdirSync(folder, { recursive: true });
  for (let image = first; image < first + count; image++) {
    const [x = 0, y = 0, width = 0, ...noise] = counterUniform(image, 3 + size ** 2);
    const samples = noise.map((value, index) => {
      const distance = ((index % size) / size - x) ** 2 + (Math.floor(index / size) / size - y) ** 2;
      return Math.round((0.7 * Math.exp(-distance / (0.02 + 0.2 * width)) + 0.3 * value) * (2 ** depth - 1));
    });
    writeFileSync(join(folder, `image-${String(image).padStart(3, '0')}.png`), encodePng(size, size, samples, depth));
  }
}
