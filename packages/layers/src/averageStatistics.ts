import { add, clone, mul, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import { runFusedKernel, type Statistics } from '@cxr-ifa/tensor';

/**
 * Running statistics after a batch, by PyTorch's rule: new = (1 - momentum) old + momentum batch.
 *
 * @param old Running statistics so far.
 * @param batch Statistics of the batch, as an encoder returns them. Names that it lacks, as when an encoder ran from a later stage, keep their old value.
 * @param momentum Share of the batch, from 0 to 1. @default {0.1}
 * @returns New tensors under all names of `old`; they belong to the caller, who also still owns `old`.
 * @throws {RangeError} If the momentum is out of range, or the batch has a name that `old` lacks.
 *
 * @example
 * ```ts
 * const next = averageStatistics(statistics, batchStatistics);
 * disposeTensors(statistics, batchStatistics);
 * ```
 */
export function averageStatistics(old: Statistics, batch: Statistics, momentum: number = 0.1): Statistics {
  if (!(momentum >= 0 && momentum <= 1)) throw new RangeError(`Cannot average statistics as the momentum must be from 0 to 1: current value is ${momentum}`);
  for (const name of batch.keys()) if (!old.has(name)) throw new RangeError(`Cannot average statistics as every name must be among the old ones: ${name} is not`);
  const renewed = [...batch.keys()];
  const [before, now] = [old, batch].map((statistics) => renewed.map((name) => statistics.get(name) as Tensor1D)) as [Tensor1D[], Tensor1D[]];
  const averaged = tidy(() => {
    // The momentum encoder's kernel: one call for all layers, where single operations cost more than their arithmetic
    const values =
      (renewed.length > 0 && runFusedKernel('MomentumUpdateList', { keys: before, queries: now }, { momentum: 1 - momentum })) || before.map((value, index) => add(mul(value, 1 - momentum), mul(now[index] as Tensor1D, momentum)));
    const byName = new Map(renewed.map((name, index) => [name, values[index] as Tensor1D]));
    return [...old].map(([name, value]) => byName.get(name) ?? clone(value));
  });
  return new Map([...old.keys()].map((name, index) => [name, averaged[index] as Tensor1D]));
}
