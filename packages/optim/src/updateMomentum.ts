import { runFusedKernel } from '@cxr-ifa/tensor';
import { add, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { NamedTensors } from './optimizer.ts';
import { requireNumber } from './requireNumber.ts';

/**
 * The momentum encoder's step: key' = momentum key + (1 - momentum) query, for every key by its name.
 * It makes new tensors and opens no tape, so it belongs before the tape of a training step; queries that have no key (such as a predictor head) are left out.
 *
 * @param keys The momentum encoder's parameters; borrowed.
 * @param queries The trained encoder's parameters; borrowed.
 * @param momentum From 0 (copy the queries) to 1 (keep the keys); MoCo uses 0.999.
 * @returns New keys under the same names; they belong to the caller.
 * @throws {RangeError} If the momentum is out of its range, or a key has no query.
 * @throws {TypeError} If a key and its query differ in shape.
 *
 * @example
 * ```ts
 * const next = updateMomentum(keyParameters, queryParameters, 0.999);
 * for (const [name, tensor] of next) keyParameters.get(name).assign(tensor);
 * ```
 *
 * @see He et al. 2020, Momentum Contrast for Unsupervised Visual Representation Learning, equation 2
 */
export function updateMomentum(keys: NamedTensors, queries: NamedTensors, momentum: number): Map<string, Tensor> {
  requireNumber('update the momentum encoder', 'momentum', momentum, 'from 0 to 1', momentum >= 0 && momentum <= 1);
  const pairs = [...keys].map(([name, key]) => {
    const query = queries.get(name);
    if (!query) throw new RangeError(`Cannot update the momentum encoder as each key must have a query of its name: current key is ${name}`);
    if (String(query.shape) !== String(key.shape)) {
      throw new TypeError(`Cannot update the momentum encoder as the query ${name} must have shape [${key.shape.join(', ')}]: current shape is [${query.shape.join(', ')}]`);
    }
    return { key, query };
  });
  if (pairs.length === 0) return new Map();
  const updated = tidy(
    () =>
      runFusedKernel('MomentumUpdateList', { keys: pairs.map(({ key }) => key), queries: pairs.map(({ query }) => query) }, { momentum }) ??
      pairs.map(({ key, query }) => tidy(() => add(mul(key, momentum), mul(query, 1 - momentum)))),
  );
  return new Map([...keys.keys()].map((name, index) => [name, updated[index] as Tensor]));
}
