import { assertShape } from '@cxr-ifa/tensor';
import { add, cast, div, expandDims, maximum, minimum, mul, onesLike, relu, sub, sum, tidy, unstack, where, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { perImageMean } from './perImageMean.ts';

/** Options of {@link giouLoss}. */
export interface GiouLossOptions {
  /** What each image's sum is divided by before the mean over images, [N]. @default {none: the mean over counted boxes} */
  readonly divisors?: Tensor1D;
}

const EPSILON = 1e-12; // where both boxes are points

/**
 * Generalised intersection over union as a loss, over the boxes that count:
 *
 *     box = 1 - (intersection / union - (hull - union) / hull)        hull: the smallest box around both
 *
 * From 0 for equal boxes to 2 for boxes far apart, which still pull at each other; it does not depend on the boxes' size, nor on the image's.
 * Boxes that do not count have no influence and no gradient, whatever they hold; where none does, loss and gradient are 0.
 *
 * @param predicted Boxes `[yMin, xMin, yMax, xMax]`, [N, A, 4]; borrowed.
 * @param target Boxes, [N, A, 4]; borrowed.
 * @param counted Not 0 where a box counts, [N, A], of any type; borrowed.
 * @param options How the boxes are reduced.
 * @returns The loss; it belongs to the caller.
 * @throws {TypeError} If shapes do not fit.
 *
 * @example
 * ```ts
 * const loss = giouLoss(boxes, targets, foreground, { divisors: positives });
 * ```
 *
 * @see Rezatofighi et al. 2019, Generalized Intersection over Union, algorithm 1; torchvision `generalized_box_iou_loss`
 */
export function giouLoss(predicted: Tensor3D, target: Tensor3D, counted: Tensor2D, { divisors }: GiouLossOptions = {}): Scalar {
  assertShape('compute the GIoU loss', {
    predicted: [predicted, ['N', 'A', 4]],
    target: [target, ['N', 'A', 4]],
    counted: [counted, ['N', 'A']],
    ...(divisors && { divisors: [divisors, ['N']] as const }),
  });
  return tidy(() => {
    const mask = cast(counted, 'bool');
    const cornerMask = expandDims(mask, 2); // [N, A, 1]
    const unit = onesLike(predicted);
    const [top, left, bottom, right] = unstack(where(cornerMask, predicted, unit), 2) as [Tensor, Tensor, Tensor, Tensor]; // [N, A] each
    const [otherTop, otherLeft, otherBottom, otherRight] = unstack(where(cornerMask, target, unit), 2) as [Tensor, Tensor, Tensor, Tensor];
    const area = (y0: Tensor, x0: Tensor, y1: Tensor, x1: Tensor): Tensor => mul(sub(y1, y0), sub(x1, x0));
    const intersection = mul(relu(sub(minimum(bottom, otherBottom), maximum(top, otherTop))), relu(sub(minimum(right, otherRight), maximum(left, otherLeft))));
    const union = sub(add(area(top, left, bottom, right), area(otherTop, otherLeft, otherBottom, otherRight)), intersection);
    const hull = area(minimum(top, otherTop), minimum(left, otherLeft), maximum(bottom, otherBottom), maximum(right, otherRight));
    const giou = sub(div(intersection, add(union, EPSILON)), div(sub(hull, union), add(hull, EPSILON)));
    const boxes = mul(sub(1, giou), cast(mask, 'float32')); // [N, A]
    return divisors ? perImageMean(boxes, divisors) : div(sum(boxes), maximum(sum(cast(mask, 'float32')), 1));
  });
}
