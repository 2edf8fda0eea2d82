import { add, clone, mul, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Statistics } from '@cxr-ifa/tensor';

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
  const averaged = tidy(() =>
    [...old].map(([name, before]) => {
      const now = batch.get(name);
      return now ? add<Tensor1D>(mul(before, 1 - momentum), mul(now, momentum)) : clone(before);
    }),
  );
  return new Map([...old.keys()].map((name, index) => [name, averaged[index] as Tensor1D]));
}
