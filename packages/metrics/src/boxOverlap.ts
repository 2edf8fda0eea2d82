import type { Box } from '@cxr-ifa/tensor';

/** Intersection over union of two boxes; over the first one's area where the second is a crowd, as in COCO. */
export function boxOverlap([x, y, width, height]: Box, [otherX, otherY, otherWidth, otherHeight]: Box, crowd = false): number {
  const across = Math.min(x + width, otherX + otherWidth) - Math.max(x, otherX);
  const down = Math.min(y + height, otherY + otherHeight) - Math.max(y, otherY);
  if (!(across > 0 && down > 0)) return 0;
  const intersection = across * down;
  return intersection / (crowd ? width * height : width * height + otherWidth * otherHeight - intersection);
}
