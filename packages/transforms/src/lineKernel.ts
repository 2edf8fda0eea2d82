import type { Kernel } from './filterLevels.ts';

/** A pixel of a kernel, counted from its first. */
export interface KernelPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * The average along the line between two pixels of a kernel, drawn as OpenCV's `line` of thickness 1 draws it (Bresenham, from left to right).
 *
 * @param size The kernel's side, odd.
 */
export function lineKernel(size: number, start: KernelPoint, end: KernelPoint): Kernel {
  const [from, to] = start.x <= end.x ? [start, end] : [end, start];
  const across = to.x - from.x;
  const down = Math.abs(to.y - from.y);
  const steep = down > across;
  const [long, short] = steep ? [down, across] : [across, down];
  const weights = new Float32Array(size * size);
  let { x, y } = from;
  let error = long - 2 * short;
  for (let step = 0; step <= long; step++) {
    weights[y * size + x] = 1 / (long + 1);
    const aside = error < 0;
    error += (aside ? 2 * long : 0) - 2 * short;
    if (!steep || aside) x++;
    if (steep || aside) y += Math.sign(to.y - from.y);
  }
  return { size, weights };
}
