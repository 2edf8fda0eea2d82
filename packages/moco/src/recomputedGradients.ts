import { add, tidy, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { disposeTensors, vectorJacobianProduct, type Encoded, type EncodeOptions } from '@cxr-ifa/tensor';
import { mapName, queryGradients, type GradientContext, type QueryBatch, type QueryGradients } from './queryGradients.ts';

/**
 * What {@link queryGradients} gives, in less memory and more time: only the maps between stages are held, and the activations inside a stage are
 * computed again when its turn comes. One tape a stage, from the last to the first; a stage's map has its gradient from the stage behind it and from
 * the loss on maps. Batch-norm's statistics are those of the first time; the second time sees the same batch, and its statistics are dropped.
 *
 * @throws {RangeError} If the encoder does not stop at the stage it is asked to stop at.
 * @see Chen et al. 2016, Training Deep Nets with Sublinear Memory Cost
 */
export function recomputedGradients(context: GradientContext, batch: QueryBatch): QueryGradients {
  const { options: { encoder }, state: { query } } = context;
  const names = encoder.stages.map(({ name }) => name);
  const [earlier, before] = [names.slice(0, -1), names.at(-2)];
  if (before === undefined) return queryGradients(context, batch); // of a single stage there is nothing to forget

  const encode = (options: Pick<EncodeOptions, 'from' | 'to'>): Encoded => encoder.encode(query.encoder, query.statistics, batch.images, { training: true, groups: batch.groups, ...options });
  const { stages: maps, features, batchStatistics: earlierStatistics = new Map() } = encode({ to: before });
  features.dispose();
  const gradients = new Map<string, Tensor>();
  try {
    if (Object.keys(maps).join() !== earlier.join()) throw new RangeError(`Cannot recompute stages as the encoder must stop after ${before} where options.to asks it to: its stages were ${Object.keys(maps).join(', ')}`);
    const last = queryGradients(context, batch, { from: before, maps });
    for (const [name, gradient] of last.gradients) gradients.set(name, gradient);
    for (const [index, stage] of [...earlier.entries()].reverse()) {
      const ofMap = gradients.get(mapName(stage));
      if (!ofMap) continue; // nothing behind it reaches the loss
      const previous = names[index - 1];
      const from = previous === undefined ? undefined : { stage: previous, map: maps[previous] as Tensor4D };
      const sources: [string, Tensor][] = [...query.encoder].map(([name, parameter]) => [`encoder.${name}`, parameter]);
      if (from) sources.push([mapName(from.stage), from.map]);
      const found = vectorJacobianProduct(() => encode({ to: stage, ...(from && { from }) }).stages[stage] as Tensor, ofMap, new Map(sources));
      gradients.delete(mapName(stage));
      disposeTensors([ofMap, maps[stage] as Tensor]);
      for (const [name, gradient] of found) gradients.set(name, addAndDispose(gradients.get(name), gradient));
    }
    return { gradients, batchStatistics: new Map([...earlierStatistics, ...last.batchStatistics]), numbers: last.numbers };
  } catch (error) {
    disposeTensors(gradients, earlierStatistics);
    throw error;
  } finally {
    disposeTensors(maps);
  }
}

function addAndDispose(one: Tensor | undefined, other: Tensor): Tensor {
  if (!one) return other;
  const sum = tidy(() => add(one, other));
  disposeTensors([one, other]);
  return sum;
}
