import type { Box } from '@cxr-ifa/tensor';

/** The smallest box around the pixels that are set, or undefined when none is. */
export function maskBox(mask: Uint8Array, width: number): Box | undefined {
  let left = width;
  let right = -1;
  let top = -1;
  let bottom = -1;
  for (let index = 0; index < mask.length; index++) {
    if (mask[index] === 0) continue;
    const column = index % width;
    bottom = Math.floor(index / width);
    if (top < 0) top = bottom;
    if (column < left) left = column;
    if (column > right) right = column;
  }
  return top < 0 ? undefined : [left, top, right - left + 1, bottom - top + 1];
}
