import type { Box } from '@cxr-ifa/tensor';

/**
 * How much two boxes overlap: their intersection over their union (IoU); over the first one's area where the second is a crowd, as in COCO.
 *
 * @param box Left, top, width and height, in any unit.
 * @param other In the same unit.
 * @param crowd Whether the second box is around many objects at once. @default {false}
 * @returns From 0 (apart, touching, or one without an area) to 1.
 *
 * @example
 * ```ts
 * boxOverlap([0, 0, 2, 2], [1, 0, 2, 2]); // 1 / 3
 * ```
 */
export function boxOverlap(box: Box, other: Box, crowd = false): number {
  const [x, y, width, height] = box;
  const [otherX, otherY, otherWidth, otherHeight] = other;
  const across = Math.min(x + width, otherX + otherWidth) - Math.max(x, otherX);
  const down = Math.min(y + height, otherY + otherHeight) - Math.max(y, otherY);
  if (!(across > 0 && down > 0)) return 0;
  const intersection = across * down;
  return intersection / (crowd ? width * height : width * height + otherWidth * otherHeight - intersection);
}
