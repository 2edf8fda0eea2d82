import { rankFroc, type FrocOptions } from './rankFroc.ts';
import type { AnnotatedBox, DetectedBox } from './detectionBoxes.ts';

/** Sensitivity over false alarms an image, as the threshold on scores falls. */
export interface FrocCurve {
  /** False alarms an image, ascending, from 0. */
  readonly falsePositives: Float64Array;
  /** The share of objects that are found. */
  readonly sensitivity: Float64Array;
  /** From which score on detections are taken; infinite at the first point. */
  readonly scores: Float64Array;
}

/**
 * The free-response ROC curve: which share of objects is found, at how many false alarms an image. An object is found by any detection of its finding that hits it; more hits
 * of the same object are neither found objects nor false alarms.
 *
 * @param detections What was found.
 * @param objects What is there.
 * @param options How many images and findings, and what a hit is.
 * @returns The curve from (0, 0) on, one point a score; `undefined` without objects or images.
 * @throws {RangeError} If a box, an image, a finding, a score or the overlap is none.
 *
 * @example
 * ```ts
 * const curve = frocCurve(detections, objects, { images, findings, iouThreshold: 0.2 });
 * ```
 *
 * @see van Ginneken et al. 2010 (ANODE09); Setio et al. 2017, LUNA16, section 3
 */
export function frocCurve(detections: readonly DetectedBox[], objects: readonly AnnotatedBox[], options: FrocOptions): FrocCurve | undefined {
  return rankFroc(detections, objects, options).curve(new Float64Array(options.images).fill(1));
}
