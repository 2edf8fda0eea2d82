import { valueAndGradients, type Statistics } from '@cxr-ifa/tensor';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Approximation } from './approximation.ts';
import type { Keys } from './encodeKeys.ts';
import type { CompleteOptions } from './momentumContrastOptions.ts';
import { stepLoss } from './stepLoss.ts';
import { trained, type TrainingState } from './trainingState.ts';

/** What queries and their keys have to say of the query branch; all of it belongs to the caller. */
export interface QueryGradients {
  readonly [group: string]: ReadonlyMap<string, Tensor>;
  /** By the names of the trained parameters. */
  readonly gradients: ReadonlyMap<string, Tensor>;
  readonly batchStatistics: Statistics;
  /** The loss and what is logged besides it: scalars. */
  readonly numbers: ReadonlyMap<string, Tensor>;
}

/** What is differentiated; borrowed. */
export interface QueryBatch {
  /** [N, H, W, C] */
  readonly images: Tensor4D;
  readonly keys: Keys;
  readonly groups: number;
}

/** The settings, the loss on maps, and the state that gradients are taken at. */
export interface GradientContext {
  readonly options: CompleteOptions;
  readonly approximation: Approximation;
  readonly state: TrainingState;
}

/** Where to go on from, if not from the images: maps of earlier stages, made before the tape, which are differentiated too. */
export interface EarlierStages {
  readonly from: string;
  readonly maps: Readonly<Record<string, Tensor4D>>;
}

/** The names of earlier stages' maps among the gradients. */
export const mapName = (stage: string): string => `map.${stage}`;

/**
 * Encodes queries on a tape, and differentiates their loss against their keys and the queue.
 *
 * @param earlier Stages that were encoded before; the gradients of their maps are then among the result's, as {@link mapName} names them.
 */
export function queryGradients({ options: { encoder, head, temperature }, approximation, state }: GradientContext, { images, keys, groups }: QueryBatch, earlier?: EarlierStages): QueryGradients {
  const { query, intermediate, queue } = state;
  const from = earlier && { stage: earlier.from, map: earlier.maps[earlier.from] as Tensor4D };
  const maps = Object.entries(earlier?.maps ?? {}).map(([stage, map]) => [mapName(stage), map] as const);
  let names: { statistics: string[]; numbers: string[] } = { statistics: [], numbers: [] };
  const { loss, gradients, auxiliary } = valueAndGradients(() => {
    const { stages, features, batchStatistics } = encoder.encode(query.encoder, query.statistics, images, { training: true, groups, ...(from && { from }) });
    const { loss, numbers } = stepLoss({ stages: { ...earlier?.maps, ...stages }, features }, { head, headParameters: query.head, approximation, intermediate, keys, queue, temperature });
    const statistics = batchStatistics as Statistics;
    names = { statistics: [...statistics.keys()], numbers: Object.keys(numbers) };
    return { loss, auxiliary: { ...numbers, ...Object.fromEntries(statistics) } as Record<string, Tensor> };
  }, new Map<string, Tensor>([...trained(state), ...maps]));
  const pick = (chosen: string[]): [string, Tensor][] => chosen.map((name) => [name, auxiliary[name] as Tensor]);
  return { gradients, batchStatistics: new Map(pick(names.statistics) as [string, Tensor1D][]), numbers: new Map([['loss', loss], ...pick(names.numbers)]) };
}
