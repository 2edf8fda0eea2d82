import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { OptimizerState } from '@cxr-ifa/optim';
import { disposeTensors, type Parameters } from '@cxr-ifa/tensor';
import { copyBranch, trainable, type Branch } from './branch.ts';
import { initialiseQueue } from './keyQueue.ts';
import type { CompleteOptions } from './momentumContrastOptions.ts';

/** All that changes in training. Parameters keep their identity; queue, statistics and the optimiser's state are replaced. */
export interface TrainingState {
  readonly query: Branch;
  readonly key: Branch;
  /** The intermediate loss's own, such as a projector's. */
  readonly intermediate: Parameters;
  /** [K, D] */
  queue: Tensor2D;
  queuePointer: number;
  /** How many keys of the queue are real, and not of its random start. */
  queueFilled: number;
  optimizer: OptimizerState;
  step: number;
}

/** The state before the first step; it belongs to the caller. */
export function initialiseState({ encoder, head, intermediate, optimizer, queueSize, rng }: CompleteOptions): TrainingState {
  const { parameters, statistics } = encoder.initialise(rng.fork('encoder'));
  const query: Branch = { encoder: parameters, head: head.initialise(rng.fork('head')), statistics };
  const branches = { query, key: copyBranch(query), intermediate: intermediate?.initialise?.(rng.fork('intermediate')) ?? new Map() };
  return { ...branches, queue: initialiseQueue(rng.fork('queue'), queueSize, head.dimension), queuePointer: 0, queueFilled: 0, optimizer: optimizer.init(trained(branches)), step: 0 };
}

/** All that the optimiser moves: the query branch, and the intermediate loss's own parameters under `intermediate.*`. */
export function trained({ query, intermediate }: Pick<TrainingState, 'query' | 'intermediate'>): Parameters {
  return new Map([...trainable(query), ...[...intermediate].map(([name, parameter]) => [`intermediate.${name}`, parameter] as const)]);
}

/** Frees everything; may be called twice. */
export function disposeState({ query, key, intermediate, queue, optimizer }: TrainingState): void {
  for (const { encoder, head, statistics } of [query, key]) disposeTensors(encoder, head, statistics);
  disposeTensors([queue], intermediate, ...Object.values(optimizer.slots));
}
