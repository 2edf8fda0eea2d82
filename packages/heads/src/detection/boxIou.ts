import type { Boxes } from './boxes.ts';

/** Intersection over union of box i of one list and box j of another; 0 where both have no area. */
export function boxIou(a: Boxes, i: number, b: Boxes, j: number): number {
  const p = 4 * i;
  const q = 4 * j;
  const height = Math.min(a[p + 2] as number, b[q + 2] as number) - Math.max(a[p] as number, b[q] as number);
  const width = Math.min(a[p + 3] as number, b[q + 3] as number) - Math.max(a[p + 1] as number, b[q + 1] as number);
  if (!(height > 0 && width > 0)) return 0;
  const intersection = height * width;
  return intersection / (boxArea(a, i) + boxArea(b, j) - intersection);
}

/** The area of box i. */
export function boxArea(boxes: Boxes, i: number): number {
  const p = 4 * i;
  return ((boxes[p + 2] as number) - (boxes[p] as number)) * ((boxes[p + 3] as number) - (boxes[p + 1] as number));
}
