import { add, cast, div, exp, maximum, mul, neg, softplus, sub, sum, tidy, where, zerosLike, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { checkDivisors } from './checkDivisors.ts';
import { perImageMean } from './perImageMean.ts';

/** Options of {@link focalLoss}. */
export interface FocalLossOptions {
  /** The weight of positives, from 0 to 1; negatives weigh 1 less it. `'none'` leaves all at 1. @default {0.25} */
  readonly alpha?: number | 'none';
  /** How much well-judged cells are turned down, 0 or more; with 0 it is cross-entropy. @default {2} */
  readonly gamma?: number;
  /**
   * What each row's sum is divided by before the mean over rows, [N]: for a detector the image's positives, at least 1.
   * @default {none: the mean over known cells}
   */
  readonly divisors?: Tensor1D;
}

/**
 * Sigmoid focal loss over the cells whose label is known:
 *
 *     z = x where the label is 1, -x where it is 0        p = sigmoid(z)
 *     cell = alpha_t (1 - p)^gamma (-log p)
 *
 * Cells that are judged well weigh little, so that the few positives are not drowned by the many easy negatives. Rows without any positive are ordinary:
 * nothing is divided by zero. Unknown cells have no influence and no gradient, whatever their label says.
 *
 * @param logits Predictions before the sigmoid, [N, ...]; borrowed.
 * @param labels 1 or 0, in the logits' shape; borrowed.
 * @param known Not 0 where the label is known, in the logits' shape, of any type; borrowed.
 * @param options Alpha, gamma, and how the cells are reduced.
 * @returns The loss; it belongs to the caller.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If alpha or gamma is out of range.
 *
 * @example
 * ```ts
 * const loss = focalLoss(logits, labels, known, { divisors: tf.maximum(tf.sum(foreground, 1), 1) });
 * ```
 *
 * @see Lin et al. 2017, Focal Loss for Dense Object Detection, equation 5; torchvision `sigmoid_focal_loss`
 */
export function focalLoss(logits: Tensor, labels: Tensor, known: Tensor, { alpha = 0.25, gamma = 2, divisors }: FocalLossOptions = {}): Scalar {
  checkDivisors('compute the focal loss', { logits, labels, known }, divisors);
  if (alpha !== 'none' && !(alpha >= 0 && alpha <= 1)) throw new RangeError(`Cannot compute the focal loss as alpha must be from 0 to 1: current value is ${alpha}`);
  if (!(gamma >= 0 && gamma < Infinity)) throw new RangeError(`Cannot compute the focal loss as gamma must be 0 or more: current value is ${gamma}`);
  return tidy(() => {
    const mask = cast(known, 'bool');
    const label = where(mask, cast(labels, 'float32'), zerosLike(logits)); // an unknown cell may hold anything, NaN too
    const z = mul(logits, sub(mul(label, 2), 1));
    // 1 - p = sigmoid(-z) = exp(-softplus(z)): the power is a product, and neither it nor its gradient overflows or has a kink
    const crossEntropy = softplus(neg(z));
    const cells = gamma === 0 ? crossEntropy : mul(exp(mul(softplus(z), -gamma)), crossEntropy);
    const weighted = alpha === 'none' ? cells : mul(cells, add(mul(label, 2 * alpha - 1), 1 - alpha));
    const counted = mul(weighted, cast(mask, 'float32'));
    return divisors ? perImageMean(counted, divisors) : div(sum(counted), maximum(sum(cast(mask, 'float32')), 1));
  });
}
