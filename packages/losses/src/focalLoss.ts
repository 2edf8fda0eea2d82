import { add, cast, div, exp, maximum, mul, neg, softplus, sub, sum, tidy, where, zerosLike, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { checkDivisors } from './checkDivisors.ts';
import { perImageMean } from './perImageMean.ts';

/** Options of {@link focalLoss}. */
export interface FocalLossOptions {
  /** How much cells that are right already are turned down, 0 or more; 0 is cross-entropy. @default {2} */
  readonly gamma?: number;
  /** What a positive counts, from 0 to 1; a negative counts the rest, `1 - alpha`. @default {both count 1} */
  readonly alpha?: number;
  /** The mean over known cells, or their sum. @default {'mean'} */
  readonly reduction?: 'mean' | 'sum';
  /** What each row's sum is divided by before the mean over rows, [N], in the place of `reduction`: for a detector its anchors on objects, at least 1. */
  readonly divisors?: Tensor1D;
}

/**
 * Focal loss of multi-label predictions over the cells whose label is known:
 *
 *     loss = mean over known cells of -alpha_t (1 - p_t)^gamma log p_t,        p_t = sigmoid(x) where y = 1, and 1 - sigmoid(x) where y = 0
 *
 * Where one class is rare, cross-entropy is made of many cells that are right and small; (1 - p_t)^gamma silences them. Unknown cells have no influence and
 * no gradient, whatever their label says; without any known cell loss and gradient are 0.
 *
 * @param logits Predictions before the sigmoid, [N, F], or of any shape [N, ...]; borrowed.
 * @param labels 1 or 0, in the same shape; borrowed.
 * @param known Not 0 where the label is known, in the same shape, of any type; borrowed.
 * @param options gamma, alpha and the reduction.
 * @returns The loss; it belongs to the caller.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If gamma is negative, or alpha not from 0 to 1.
 *
 * @example
 * ```ts
 * const loss = focalLoss(logits, labels, known, { gamma: 2, alpha: 0.25 });
 * ```
 *
 * @see Lin et al. 2017, Focal Loss for Dense Object Detection, equation 5
 * @see torchvision `ops.sigmoid_focal_loss`
 */
export function focalLoss(logits: Tensor, labels: Tensor, known: Tensor, { gamma = 2, alpha, reduction = 'mean', divisors }: FocalLossOptions = {}): Scalar {
  checkDivisors('compute the focal loss', { logits, labels, known }, divisors);
  if (!(gamma >= 0 && gamma < Infinity)) throw new RangeError(`Cannot compute the focal loss as gamma must be 0 or more: current value is ${gamma}`);
  if (alpha !== undefined && !(alpha >= 0 && alpha <= 1)) throw new RangeError(`Cannot compute the focal loss as alpha must be from 0 to 1: current value is ${alpha}`);
  return tidy(() => {
    const mask = cast(known, 'bool');
    const counted = cast(mask, 'float32');
    const label = where(mask, cast(labels, 'float32'), zerosLike(logits)); // an unknown cell may hold anything, NaN too
    // log sigmoid(-x) = -softplus(x), and so (1 - p)^gamma is its exponential: a power of the sigmoid would have an infinite slope at 0 for gamma below 1
    const [risen, fallen] = [softplus(logits), softplus(neg(logits))]; // -log(1 - p), -log p
    const positive = mul(mul(label, fallen), exp(mul(risen, -gamma)));
    const negative = mul(mul(sub(1, label), risen), exp(mul(fallen, -gamma)));
    const cells = alpha === undefined ? add(positive, negative) : add(mul(positive, alpha), mul(negative, 1 - alpha)); // [N, ...]
    if (divisors) return perImageMean(mul(cells, counted), divisors);
    const total: Scalar = sum(mul(cells, counted));
    return reduction === 'sum' ? total : div(total, maximum(sum(counted), 1));
  });
}
