import type { Rng } from '@cxr-ifa/tensor';
import type { Kernel } from './filterLevels.ts';
import { lineKernel } from './lineKernel.ts';

/** Draws a line between two different pixels of a kernel, as albumentations does. */
export function drawLineKernel(sizes: readonly number[], rng: Rng): Kernel {
  const size = sizes[rng.integer(sizes.length)] as number;
  const [startX, endX] = [rng.integer(size), rng.integer(size)];
  const startY = rng.integer(size);
  const endY = startX === endX ? (startY + 1 + rng.integer(size - 1)) % size : rng.integer(size);
  return lineKernel(size, { x: startX, y: startY }, { x: endX, y: endY });
}
