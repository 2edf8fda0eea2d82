import { assertShape } from '@cxr-ifa/tensor';
import { div, greaterEqual, less, matMul, max, mean, mul, sub, sum, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';

/** What queries are compared with; borrowed. Rows are unit vectors. */
export interface ObserveContrastOptions {
  /** Their positives as they are trained with, [N, D]. */
  readonly keys: Tensor2D;
  /** The same positives, normalised in other batch-norm groups, [N, D]. */
  readonly regrouped: Tensor2D;
  /** The negatives, [K, D]. */
  readonly queue: Tensor2D;
  readonly temperature: number;
}

/**
 * What a batch's contrast shows besides its loss:
 * - `accuracyTop5`: the share of queries with fewer than five keys of the queue at least as similar as their own;
 * - `hardestNegativeLogit`: the mean over queries of the largest similarity to the queue, over the temperature;
 * - `batchNormLeak`: how much of the top-1 accuracy is lost with keys that were normalised in other company. Where batch-norm's statistics give pairs away,
 *   as without shuffled keys, that is much; otherwise 0 but for chance.
 *
 * @param query Unit vectors [N, D]; borrowed.
 * @returns Scalars, which belong to the caller.
 */
export function observeContrast(query: Tensor2D, { keys, regrouped, queue, temperature }: ObserveContrastOptions): { accuracyTop5: Scalar; hardestNegativeLogit: Scalar; batchNormLeak: Scalar } {
  assertShape('observe a contrast', { query: [query, ['N', 'D']], keys: [keys, ['N', 'D']], regrouped: [regrouped, ['N', 'D']], queue: [queue, ['K', 'D']] });
  return tidy(() => {
    const negative = matMul(query, queue, false, true); // [N, K]
    const shareWithin = (positives: Tensor2D, top: number): Scalar => {
      const positive = sum(mul(query, positives), 1, true); // [N, 1]
      return mean(less(sum(greaterEqual(negative, positive), 1), top)); // a tie is a miss
    };
    return {
      accuracyTop5: shareWithin(keys, 5),
      hardestNegativeLogit: div(mean(max(negative, 1)), temperature) as Scalar,
      batchNormLeak: sub(shareWithin(keys, 1), shareWithin(regrouped, 1)),
    };
  });
}
