import { assertShape, runFusedKernel } from '@cxr-ifa/tensor';
import {
  add, customGrad, div, exp, expandDims, log, matMul, max, maximum, mean, mul, slice, squeeze, stack, step, sub, sum, tidy, unstack,
  type GradSaveFunc, type Scalar, type Tensor, type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Options of {@link infoNce}. */
export interface InfoNceOptions {
  /** Similarities are divided by it; above 0. MoCo v2's is 0.2. @default {0.2} */
  readonly temperature?: number;
}

/** The InfoNCE loss and how well queries find their keys; all of it belongs to the caller. Only `loss` carries a gradient. */
export interface InfoNce {
  /** Mean over the queries. */
  readonly loss: Scalar;
  /** The share of queries that are more similar to their key than to any of the queue's, from 0 to 1. Ties are misses, so that a collapsed encoder scores 0. */
  readonly accuracyTop1: Scalar;
  /** Mean similarity of query and key over the temperature. */
  readonly positiveLogit: Scalar;
  /** Mean similarity of query and queue over the temperature. */
  readonly negativeLogit: Scalar;
}

/**
 * InfoNCE against a queue of negatives, as in momentum contrast: cross-entropy that picks a query's own key among K + 1.
 *
 *     loss = mean over n of -log(exp(q.k / T) / (exp(q.k / T) + sum over j of exp(q.queue[j] / T)))
 *
 * Key and queue are constants: only the query has a gradient, wherever the key comes from. A queue without information gives ln(K + 1).
 *
 * @param query L2-normalised projections of the queries, [N, D]; borrowed.
 * @param key L2-normalised projections of their positives, in the same order, [N, D]; borrowed.
 * @param queue L2-normalised keys of earlier batches, [K, D]; borrowed.
 * @param options The temperature.
 * @returns The loss, and top-1 accuracy and mean logits from the same similarities.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If the temperature is not above 0.
 *
 * @example
 * ```ts
 * const { loss, accuracyTop1 } = infoNce(l2Normalise(query), key, queue, { temperature: 0.2 });
 * ```
 *
 * @see van den Oord et al. 2018, equation 4; He et al. 2020, Momentum Contrast, equation 1
 */
export function infoNce(query: Tensor2D, key: Tensor2D, queue: Tensor2D, { temperature = 0.2 }: InfoNceOptions = {}): InfoNce {
  assertShape('compute InfoNCE', { query: [query, ['N', 'D']], key: [key, ['N', 'D']], queue: [queue, ['K', 'D']] });
  if (!(temperature > 0 && Number.isFinite(temperature))) throw new RangeError(`Cannot compute InfoNCE as temperature must be above 0: current value is ${temperature}`);
  return tidy(() => {
    // A custom gradient may return one tensor only, so loss and measures travel as its rows
    const rows = customGrad((x, save) => {
      const q = x as Tensor2D;
      const { losses, logSumExp, positive, largestNegative, meanNegative, negative } = compare(q, key, queue, temperature);
      (save as GradSaveFunc)([q, key, queue, logSumExp, positive, ...(negative ? [negative] : [])]);
      return {
        value: stack([losses, step(sub(positive, largestNegative)), positive, meanNegative]), // [4, N]
        gradFunc: (dy, saved) => queryGradient(row(dy, 0), saved, temperature),
      };
    })(query);
    const [loss, accuracyTop1, positiveLogit, negativeLogit] = unstack(mean(rows, 1)) as [Scalar, Scalar, Scalar, Scalar];
    return { loss, accuracyTop1, positiveLogit, negativeLogit };
  });
}

interface Comparison {
  readonly losses: Tensor; // [N], as all but the last
  readonly logSumExp: Tensor;
  readonly positive: Tensor;
  readonly largestNegative: Tensor;
  readonly meanNegative: Tensor;
  readonly negative?: Tensor2D; // [N, K]
}

function compare(query: Tensor2D, key: Tensor2D, queue: Tensor2D, temperature: number): Comparison {
  const fused = runFusedKernel('InfoNceQueue', { query, key, queue }, { temperature });
  if (fused) {
    const [losses, logSumExp, largestNegative, meanNegative] = fused;
    return { losses, logSumExp, positive: sub(logSumExp, losses), largestNegative, meanNegative };
  }
  const negative = negativeLogits(query, queue, temperature); // [N, K]
  const largestNegative = max(negative, 1);
  const positive = div(sum(mul(query, key), 1), temperature); // [N]
  // Shifted by the largest logit, so that no exponential overflows at low temperatures
  const largest = maximum(positive, largestNegative);
  const exponentials = add(exp(sub(positive, largest)), sum(exp(sub(negative, expandDims(largest, 1))), 1));
  const logSumExp = add(largest, log(exponentials));
  return { losses: sub(logSumExp, positive), logSumExp, positive, largestNegative, meanNegative: mean(negative, 1), negative };
}

/** d loss[n] / d query[n] = ((p+ - 1) key[n] + sum over j of p[j] queue[j]) / T, with p the softmax over all K + 1. */
function queryGradient(dy: Tensor, saved: readonly Tensor[], temperature: number): Tensor {
  const [query, key, queue, logSumExp, positive, negative = negativeLogits(query, queue, temperature)] = saved as [Tensor2D, Tensor2D, Tensor2D, Tensor, Tensor, Tensor2D?];
  const ofKey = sub(exp(sub(positive, logSumExp)), 1); // [N]
  const ofQueue = exp(sub(negative, expandDims(logSumExp, 1))); // [N, K]
  const direction = add(mul(key, expandDims(ofKey, 1)), matMul(ofQueue, queue)); // [N, D]
  return mul(direction, expandDims(div(dy, temperature), 1));
}

function negativeLogits(query: Tensor2D, queue: Tensor2D, temperature: number): Tensor2D {
  return div(matMul(query, queue, false, true), temperature);
}

function row(x: Tensor, index: number): Tensor {
  return squeeze(slice(x, [index, 0], [1, -1]), [0]);
}
