import { add, clone, mul, sub, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { disposeTensors, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import type { ImageBatches } from './extractFeatures.ts';

/**
 * Sets batch-norm statistics from data: one pass in training mode, the mean over batches of each batch's own statistics.
 * It is what PyTorch's batch-norm does in one epoch with `momentum=None`, and what makes an encoder whose weights were never trained
 * a fair baseline in inference mode: its initial statistics, mean 0 and variance 1, normalise nothing.
 *
 * @param encoder The encoder.
 * @param parameters Its parameters; borrowed and not changed.
 * @param statistics Its statistics so far; borrowed. Their values do not enter the result, except for names that the encoder does not report.
 * @param batches Batches of training images, each borrowed until the next is asked for. All count the same, so they should be of one size.
 * @param options `groups`: batch-norm groups within a batch, as in training.
 * @returns The new statistics; they belong to the caller.
 * @throws {RangeError} If there is no batch.
 *
 * @example
 * ```ts
 * const fitted = await fitStatistics(encoder, parameters, statistics, trainingBatches());
 * const features = await extractFeatures(encoder, parameters, fitted, trainingBatches());
 * ```
 */
export async function fitStatistics(
  encoder: Encoder,
  parameters: Parameters,
  statistics: Statistics,
  batches: ImageBatches,
  { groups = 1 }: { readonly groups?: number } = {},
): Promise<Statistics> {
  let average = new Map<string, Tensor1D>();
  let count = 0;
  try {
    for await (const images of batches) {
      count++;
      const next = tidyMap(() => {
        const { batchStatistics = new Map() } = encoder.encode(parameters, statistics, images, { training: true, groups });
        return [...statistics].map(([name, given]) => {
          const batch = batchStatistics.get(name);
          const old = average.get(name);
          if (!batch) return [name, clone(old ?? given)];
          return [name, old ? add(old, mul(sub(batch, old), 1 / count)) : clone(batch)];
        });
      });
      disposeTensors(average);
      average = next;
    }
    if (count === 0) throw new RangeError('Cannot fit batch-norm statistics as at least one batch is needed: current count is 0');
    return average;
  } catch (error) {
    disposeTensors(average);
    throw error;
  }
}

/** tfjs's `tidy` keeps what is in arrays and plain objects, not in maps. */
function tidyMap(f: () => [string, Tensor][]): Map<string, Tensor1D> {
  let names: string[] = [];
  const tensors = tidy(() => {
    const entries = f();
    names = entries.map(([name]) => name);
    return entries.map(([, tensor]) => tensor);
  });
  return new Map(names.map((name, index) => [name, tensors[index] as Tensor1D]));
}
