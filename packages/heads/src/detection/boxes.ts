/**
 * Boxes one after another, four numbers each: `[yMin, xMin, yMax, xMax]`, in fractions of the image's height and width.
 */
export type Boxes = Float32Array;

/** What is known of the objects in one image. */
export interface BoxAnnotations {
  /** [n * 4]. */
  readonly boxes: Boxes;
  /** The finding of each box, from 0, [n]. */
  readonly labels: Int32Array;
  /**
   * Not 0 for each finding that this image was searched for, [findings]. Of the others boxes may be missing, so that no part of the image is an example without them.
   * @default {all of them}
   */
  readonly known?: ArrayLike<number>;
}

/** Objects that were found in one image, the surest first. */
export interface Detections {
  /** [n * 4]. */
  readonly boxes: Boxes;
  /** From 0 to 1, [n]. */
  readonly scores: Float32Array;
  /** The finding of each, from 0, [n]. */
  readonly labels: Int32Array;
}
