import { focalLoss, giouLoss, smoothL1Loss } from '@cxr-ifa/losses';
import { assertShape } from '@cxr-ifa/tensor';
import { add, expandDims, mul, ones, tensor2d, tidy, type Scalar } from '@tensorflow/tfjs-core';
import type { Anchors } from './createAnchors.ts';
import type { DetectorOutputs } from './createRetinaNet.ts';
import { decodeDeltas } from './decodeDeltas.ts';
import type { DetectionTargets } from './detectionTargets.ts';

/** How boxes are compared. */
export type BoxLoss = 'l1' | 'smoothL1' | 'giou';

/** Options of {@link retinaNetLoss}. */
export interface RetinaNetLossOptions {
  /** `l1` of the deltas is torchvision's, `smoothL1` (beta 1/9) the paper's code's; `giou` compares the boxes themselves. @default {'l1'} */
  readonly boxLoss?: BoxLoss;
  /** How much the boxes count beside the findings. @default {1} */
  readonly boxWeight?: number;
  /** The focal loss's weight of positives. @default {0.25} */
  readonly alpha?: number;
  /** The focal loss's exponent. @default {2} */
  readonly gamma?: number;
}

/** RetinaNet's loss and its parts; all belong to the caller. */
export interface RetinaNetLoss {
  readonly loss: Scalar;
  readonly classification: Scalar;
  readonly box: Scalar;
}

/** Where smooth L1's parabola ends, as in the authors' code. */
const BETA = 1 / 9;

/**
 * RetinaNet's loss:
 *
 *     loss = mean over images of (sum over anchors and findings of focal loss + boxWeight sum over its objects' anchors of box loss) / max(1, anchors with an object)
 *
 * Each image counts alike. One without boxes is ordinary: its loss is the focal loss of its background, divided by 1.
 *
 * @param outputs What the detector predicted; borrowed.
 * @param targets What it should have; borrowed.
 * @param anchors The anchors of both.
 * @param options Box loss and weights.
 * @returns The loss and its two parts, the box part before its weight.
 * @throws {TypeError} If shapes do not fit.
 *
 * @example
 * ```ts
 * const { loss } = retinaNetLoss(detector.predict(parameters, statistics, images, { training: true }), targets, anchors);
 * ```
 *
 * @see Lin et al. 2017, Focal Loss for Dense Object Detection, section 4.1; torchvision `RetinaNetHead.compute_loss`
 */
export function retinaNetLoss({ logits, deltas }: DetectorOutputs, targets: DetectionTargets, anchors: Anchors, { boxLoss = 'l1', boxWeight = 1, alpha = 0.25, gamma = 2 }: RetinaNetLossOptions = {}): RetinaNetLoss {
  assertShape("compute RetinaNet's loss", { logits: [logits, ['N', anchors.count, 'K']], deltas: [deltas, ['N', anchors.count, 4]], 'the target labels': [targets.labels, ['N', anchors.count, 'K']], 'the target deltas': [targets.deltas, ['N', anchors.count, 4]] });
  const { labels, known, foreground, divisors } = targets;
  return tidy(() => {
    const classification = focalLoss(logits, labels, known, { alpha, gamma, divisors });
    const box = boxes();
    return { loss: add<Scalar>(classification, mul(box, boxWeight)), classification, box };
  });

  function boxes(): Scalar {
    if (boxLoss !== 'giou') return smoothL1Loss(deltas, targets.deltas, mul(expandDims(foreground, 2), ones([1, 1, 4])), { beta: boxLoss === 'l1' ? 0 : BETA, divisors });
    const all = tensor2d(anchors.boxes, [anchors.count, 4]);
    return giouLoss(decodeDeltas(deltas, all), decodeDeltas(targets.deltas, all), foreground, { divisors });
  }
}
