import { valueAndGradients, type Statistics } from '@cxr-ifa/tensor';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { EncodedKeys } from './encodeKeys.ts';
import type { Approximation } from './approximation.ts';
import type { CompleteOptions } from './momentumContrastOptions.ts';
import { stepLoss } from './stepLoss.ts';
import { trained, type TrainingState } from './trainingState.ts';

/** What a batch has to say of the query branch; all of it belongs to the caller. */
export interface QueryGradients {
  /** By the names of the trained parameters. */
  readonly gradients: ReadonlyMap<string, Tensor>;
  readonly batchStatistics: Statistics;
  /** The loss and what is logged besides it: scalars. */
  readonly numbers: ReadonlyMap<string, Tensor>;
}

/** What {@link queryGradients} differentiates; borrowed. */
export interface QueryBatch {
  /** [N, H, W, C] */
  readonly images: Tensor4D;
  readonly keys: EncodedKeys;
  readonly groups: number;
}

/** Encodes queries on a tape, and differentiates their loss against their keys and the queue. */
export function queryGradients({ encoder, head, temperature }: CompleteOptions, approximation: Approximation, state: TrainingState, { images, keys, groups }: QueryBatch): QueryGradients {
  const { query, intermediate, queue } = state;
  let names: { statistics: string[]; numbers: string[] } = { statistics: [], numbers: [] };
  const { loss, gradients, auxiliary } = valueAndGradients(() => {
    const encoded = encoder.encode(query.encoder, query.statistics, images, { training: true, groups });
    const { loss, numbers } = stepLoss(encoded, { head, headParameters: query.head, approximation, intermediate, keys, queue, temperature });
    const statistics = encoded.batchStatistics as Statistics;
    names = { statistics: [...statistics.keys()], numbers: Object.keys(numbers) };
    return { loss, auxiliary: { ...numbers, ...Object.fromEntries(statistics) } as Record<string, Tensor> };
  }, trained(state));
  const pick = (chosen: string[]): [string, Tensor][] => chosen.map((name) => [name, auxiliary[name] as Tensor]);
  return { gradients, batchStatistics: new Map(pick(names.statistics) as [string, Tensor1D][]), numbers: new Map([['loss', loss], ...pick(names.numbers)]) };
}
