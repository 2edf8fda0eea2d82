import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { disposeTensors } from '@cxr-ifa/tensor';
import { meanOver } from './meanOver.ts';
import { queryGradients, type GradientContext, type QueryBatch, type QueryGradients } from './queryGradients.ts';
import { recomputedGradients } from './recomputedGradients.ts';
import { sliceRows } from './sliceRows.ts';

/** The gradients of a batch, micro-batch by micro-batch: each one's images against their own keys, which were encoded with the whole batch. */
export function batchGradients(context: GradientContext, { images, keys, groups }: QueryBatch): QueryGradients {
  const { microBatches, recompute } = context.options;
  const compute = recompute === 'stages' ? recomputedGradients : queryGradients;
  return meanOver(microBatches, (part) => {
    const rows = <T extends Tensor>(tensor: T): T => sliceRows(tensor, part, microBatches);
    const each = <T extends Tensor>(record: Readonly<Record<string, T>>): Record<string, T> => Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, rows(tensor)]));
    const batch = tidy(() => ({ images: rows(images), keys: { embeddings: rows(keys.embeddings), stages: each(keys.stages), masks: each(keys.masks) } }));
    try {
      return compute(context, { ...batch, groups: groups / microBatches });
    } finally {
      disposeTensors([batch.images, batch.keys.embeddings], batch.keys.stages, batch.keys.masks);
    }
  });
}
