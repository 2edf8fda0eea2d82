import type { Box } from '@cxr-ifa/tensor';

/** A box that a detector drew. */
export interface DetectedBox {
  /** The image, from 0. */
  readonly image: number;
  /** The finding, from 0. */
  readonly finding: number;
  /** Left, top, width, height, in any unit. */
  readonly box: Box;
  /** How sure it is; higher is surer. */
  readonly score: number;
}

/** A box that is there. */
export interface AnnotatedBox {
  readonly image: number;
  readonly finding: number;
  readonly box: Box;
  /** A box around many objects: what is found in it counts neither for nor against. @default {false} */
  readonly crowd?: boolean;
  /** What `areas` judges the size by. @default {width times height} */
  readonly area?: number;
}

/** How many images and findings the boxes are of. */
export interface DetectionSizes {
  /** Images, those without any box included. */
  readonly images: number;
  readonly findings: number;
}

/** Checks boxes at the door. */
export function checkBoxes(action: string, detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], { images, findings }: DetectionSizes): void {
  for (const [name, value] of [['images', images], ['findings', findings]] as const) {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(`Cannot ${action} as ${name} must be a non-negative integer: current value is ${value}`);
  }
  for (const { image, finding, box } of [...detections, ...objects]) {
    if (!(Number.isSafeInteger(image) && image >= 0 && image < images)) throw new RangeError(`Cannot ${action} as a box's image must be from 0 to ${images - 1}: current value is ${image}`);
    if (!(Number.isSafeInteger(finding) && finding >= 0 && finding < findings)) throw new RangeError(`Cannot ${action} as a box's finding must be from 0 to ${findings - 1}: current value is ${finding}`);
    if (!(box.length === 4 && box.every(Number.isFinite) && box[2] >= 0 && box[3] >= 0)) throw new RangeError(`Cannot ${action} as boxes must be [left, top, width, height]: current value is [${box.join(', ')}]`);
  }
  for (const { score } of detections) if (Number.isNaN(score)) throw new RangeError(`Cannot ${action} as scores must be numbers: current value is NaN`);
}

/** Boxes by image and finding; the key of image i and finding f is i times the number of findings, plus f. */
export function groupBoxes<Box extends { readonly image: number; readonly finding: number }>(boxes: readonly Box[], { findings }: DetectionSizes): Map<number, Box[]> {
  const groups = new Map<number, Box[]>();
  for (const box of boxes) {
    const key = box.image * findings + box.finding;
    const group = groups.get(key);
    if (group) group.push(box);
    else groups.set(key, [box]);
  }
  return groups;
}
