import { assertShape } from '@cxr-ifa/tensor';
import { chooseBatchNormGroups } from './chooseBatchNormGroups.ts';
import type { CompleteOptions } from './momentumContrastOptions.ts';
import type { Views } from './views.ts';

/**
 * Checks a batch of views against a trainer's settings.
 *
 * @returns Into how many batch-norm groups it is cut.
 * @throws {TypeError} If the views differ in shape, or have not the encoder's channels, or an alignment is not of the batch.
 * @throws {RangeError} If the batch does not divide the queue, or its groups or micro-batches the batch, or micro-batches cut a group, or views are aligned but for a stage with a term.
 */
export function checkViews({ encoder, ifa, intermediate, queueSize, batchNormGroups, microBatches }: CompleteOptions, { query, key, alignment }: Views): number {
  const { N: batch } = assertShape('take a training step', { query: [query, ['N', 'H', 'W', encoder.inputChannels]], key: [key, ['N', 'H', 'W', encoder.inputChannels]] }) as { N: number };
  if (queueSize % batch !== 0) throw new RangeError(`Cannot take a training step as the batch must divide the queue: current batch is ${batch}, queue ${queueSize}`);
  if (batch % microBatches !== 0) throw new RangeError(`Cannot take a training step as the micro-batches must divide the batch: current micro-batches are ${microBatches}, batch ${batch}`);
  const groups = batchNormGroups ?? chooseBatchNormGroups(batch, microBatches);
  if (batch % groups !== 0) throw new RangeError(`Cannot take a training step as the batch-norm groups must divide the batch: current groups are ${groups}, batch ${batch}`);
  if (groups % microBatches !== 0) throw new RangeError(`Cannot take a training step as a micro-batch must have whole batch-norm groups: current groups are ${groups}, micro-batches ${microBatches}`);
  if (alignment && intermediate) throw new RangeError(`Cannot take a training step as views are aligned for IFA terms only: current loss on intermediate maps is ${intermediate.name}`);
  for (const { stage } of alignment ? ifa : []) {
    const found = alignment?.[stage];
    if (!found) throw new RangeError(`Cannot take a training step as views must be aligned for every stage with an IFA term or for none: current alignment has no ${stage}`);
    assertShape('take a training step', { query: [query, ['N', 'height', 'width', 'C']], [`the positions of ${stage}`]: [found.positions, ['N', 'H', 'W', 2]], [`the mask of ${stage}`]: [found.mask, ['N', 'H', 'W']] });
  }
  return groups;
}
