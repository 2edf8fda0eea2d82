import { abs, cast, div, maximum, minimum, mul, sign, sub, sum, tidy, where, zerosLike, type Scalar, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { checkDivisors } from './checkDivisors.ts';
import { perImageMean } from './perImageMean.ts';

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions {
  /** Where the parabola ends and the line begins; 0 is plain L1, which torchvision's RetinaNet takes. @default {0} */
  readonly beta?: number;
  /** What each row's sum is divided by before the mean over rows, [N]. @default {none: the mean over counted cells} */
  readonly divisors?: Tensor1D;
}

/**
 * Smooth L1 loss, of a detector's box regression, over the cells that count:
 *
 *     cell = d^2 / (2 beta) where |d| < beta, else |d| - beta / 2        d = predicted - target
 *
 * Cells that do not count have no influence and no gradient, whatever they hold; where none does, loss and gradient are 0.
 *
 * @param predicted Predictions, [N, ...]; borrowed.
 * @param target Targets, in the same shape; borrowed.
 * @param counted Not 0 where a cell counts, in the same shape, of any type; borrowed.
 * @param options Beta, and how the cells are reduced.
 * @returns The loss; it belongs to the caller.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If beta is negative.
 *
 * @example
 * ```ts
 * const loss = smoothL1Loss(deltas, targets, foreground, { beta: 1 / 9, divisors: positives });
 * ```
 *
 * @see Girshick 2015, Fast R-CNN, equation 3; PyTorch `smooth_l1_loss`
 */
export function smoothL1Loss(predicted: Tensor, target: Tensor, counted: Tensor, { beta = 0, divisors }: SmoothL1LossOptions = {}): Scalar {
  checkDivisors('compute the smooth L1 loss', { predicted, target, counted }, divisors);
  if (!(beta >= 0 && beta < Infinity)) throw new RangeError(`Cannot compute the smooth L1 loss as beta must be 0 or more: current value is ${beta}`);
  return tidy(() => {
    const mask = cast(counted, 'bool');
    const difference = where(mask, sub(predicted, target), zerosLike(predicted));
    const magnitude = mul(difference, sign(difference)); // |d|, with the gradient 0 at 0 where tfjs's `abs` has -1
    const inside = minimum(abs(difference), beta);
    const cells = beta === 0 ? magnitude : div(mul(inside, sub(magnitude, div(inside, 2))), beta); // both pieces in one, without a comparison on the tape
    return divisors ? perImageMean(cells, divisors) : div(sum(cells), maximum(sum(cast(mask, 'float32')), 1));
  });
}
