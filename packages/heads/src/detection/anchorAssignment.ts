import type { Anchors } from './createAnchors.ts';
import type { Boxes } from './boxes.ts';

/** For each anchor the box that it is to find, or one of the two below, [anchors]. */
export type AnchorAssignment = Int32Array;

/** The anchor is to find nothing. */
export const BACKGROUND = -1;
/** The anchor lies between object and background, and takes no part in training. */
export const BETWEEN = -2;

/** Chooses which anchors are to find which boxes. */
export type AnchorAssigner = (anchors: Anchors, boxes: Boxes) => AnchorAssignment;
