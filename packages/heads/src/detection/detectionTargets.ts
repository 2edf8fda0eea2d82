import { tensor1d, tensor2d, tensor3d, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { BETWEEN, type AnchorAssigner } from './anchorAssignment.ts';
import { encodeBox } from './boxCoder.ts';
import type { BoxAnnotations } from './boxes.ts';
import type { Anchors } from './createAnchors.ts';
import { matchAnchors } from './matchAnchors.ts';
import { requireBoxes } from './requireBoxes.ts';

/** What a batch's anchors are to find. */
export interface DetectionTargets {
  /** 1 where the anchor is to find this finding, [N, A, K]. */
  readonly labels: Tensor3D;
  /** 0 where that is not known, or the anchor lies between object and background, [N, A, K]. */
  readonly known: Tensor3D;
  /** Where the anchor's box lies relative to it, [N, A, 4]; 0 without one. */
  readonly deltas: Tensor3D;
  /** 1 for the anchors that are to find a box, [N, A]. */
  readonly foreground: Tensor2D;
  /** How many those are in each image, at least 1, [N]. */
  readonly divisors: Tensor1D;
}

/** Options of {@link detectionTargets}. */
export interface DetectionTargetsOptions {
  /** How many findings there are. */
  readonly findings: number;
  /** Which anchors are to find which boxes. @default {matchAnchors} */
  readonly assign?: AnchorAssigner;
}

/**
 * Turns the boxes of a batch into what each anchor is to predict. An image without boxes is ordinary: its anchors are examples of background. Of a finding that
 * an image was not searched for, only the anchors on its boxes count.
 *
 * @param anchors The detector's anchors for this image size.
 * @param images Each image's boxes.
 * @param options How many findings, and how anchors are assigned.
 * @returns The targets; the tensors belong to the caller.
 * @throws {RangeError} If a label is none of the findings, or a box has no area, is not finite or lies outside the image.
 * @throws {TypeError} If the lengths do not fit.
 *
 * @example
 * ```ts
 * const targets = detectionTargets(anchors, [{ boxes: Float32Array.of(0.2, 0.1, 0.5, 0.4), labels: Int32Array.of(1) }, { boxes: new Float32Array(), labels: new Int32Array() }], { findings: 3 });
 * ```
 */
export function detectionTargets(anchors: Anchors, images: readonly BoxAnnotations[], { findings, assign = matchAnchors }: DetectionTargetsOptions): DetectionTargets {
  const { count } = anchors;
  const batch = images.length;
  const [labels, known] = [new Float32Array(batch * count * findings), new Float32Array(batch * count * findings)];
  const [deltas, foreground, divisors] = [new Float32Array(batch * count * 4), new Float32Array(batch * count), new Float32Array(batch)];
  for (const [image, annotations] of images.entries()) {
    checkAnnotations(annotations, findings);
    const searched = Float32Array.from({ length: findings }, (_, finding) => (annotations.known === undefined || annotations.known[finding] !== 0 ? 1 : 0));
    const assignment = assign(anchors, annotations.boxes);
    let objects = 0;
    for (let anchor = 0; anchor < count; anchor++) {
      const object = assignment[anchor] as number;
      const cell = image * count + anchor;
      if (object !== BETWEEN) known.set(searched, cell * findings);
      if (object < 0) continue;
      const finding = cell * findings + (annotations.labels[object] as number);
      labels[finding] = 1;
      known[finding] = 1; // a box says that the finding is there, whether or not others were searched for
      encodeBox(annotations.boxes, 4 * object, anchors.boxes, 4 * anchor, deltas, 4 * cell);
      foreground[cell] = 1;
      objects++;
    }
    divisors[image] = Math.max(objects, 1);
  }
  return {
    labels: tensor3d(labels, [batch, count, findings]),
    known: tensor3d(known, [batch, count, findings]),
    deltas: tensor3d(deltas, [batch, count, 4]),
    foreground: tensor2d(foreground, [batch, count]),
    divisors: tensor1d(divisors),
  };
}

function checkAnnotations({ boxes, labels, known }: BoxAnnotations, findings: number): void {
  if (boxes.length !== 4 * labels.length) throw new TypeError(`Cannot make detection targets as each box must have four numbers and a label: current lengths are ${boxes.length} and ${labels.length}`);
  if (known && known.length !== findings) throw new TypeError(`Cannot make detection targets as known must have a value for each of ${findings} findings: current length is ${known.length}`);
  for (const label of labels) if (!(label >= 0 && label < findings)) throw new RangeError(`Cannot make detection targets as labels must be from 0 to ${findings - 1}: current value is ${label}`);
  requireBoxes('make detection targets', boxes, { inImage: true });
}
