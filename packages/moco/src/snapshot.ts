import { keep, type Tensor } from '@tensorflow/tfjs-core';
import { slotTensors } from '@cxr-ifa/optim';
import { InputError, requireTensors } from '@cxr-ifa/tensor';
import { mapValues, snapshotName, trainable } from './branch.ts';
import type { TrainingState } from './trainingState.ts';

/** What is no tensor in a snapshot: plain JSON. */
export interface MomentumContrastState {
  readonly step: number;
  readonly queuePointer: number;
  /** How many keys of the queue are real, and not of its random start. @default {all, of snapshots that do not say it} */
  readonly queueFilled?: number | undefined;
  /** How many updates the optimiser has made. */
  readonly optimizerStep: number;
}

/** Everything that training goes on from. */
export interface Snapshot {
  /** `encoder_q.*`, `encoder_k.*`, `head_q.*`, `head_k.*`, `statistics_q.*`, `statistics_k.*`, `intermediate.*` where the intermediate loss has parameters, `queue`, and the optimiser's slots such as `momentum.encoder_q.*`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly state: MomentumContrastState;
}

const slotInSnapshot = (slot: string, name: string): string => `${slot}.${snapshotName(name, 'q')}`;

/** Takes a snapshot; its tensors are borrowed. */
export function takeSnapshot({ query, key, intermediate, optimizer, queue, queuePointer, queueFilled, step }: TrainingState): Snapshot {
  const tensors = new Map<string, Tensor>();
  for (const [suffix, branch] of [['q', query], ['k', key]] as const) {
    for (const [name, parameter] of trainable(branch)) tensors.set(snapshotName(name, suffix), parameter);
    for (const [name, statistic] of branch.statistics) tensors.set(`statistics_${suffix}.${name}`, statistic);
  }
  for (const [name, parameter] of intermediate) tensors.set(`intermediate.${name}`, parameter);
  for (const [name, value] of slotTensors(optimizer, slotInSnapshot)) tensors.set(name, value);
  tensors.set('queue', queue);
  return { tensors, state: { step, queuePointer, queueFilled, optimizerStep: optimizer.step } };
}

/**
 * Brings a state to where a snapshot of it was taken.
 *
 * @throws {InputError} If a tensor is missing or has another shape; nothing is changed then.
 */
export function restoreState(state: TrainingState, { tensors, state: { step, queuePointer, queueFilled = state.queue.shape[0], optimizerStep } }: Snapshot): void {
  requireTensors('restore training', tensors, takeSnapshot(state).tensors, 'was the snapshot made with another encoder?');
  takeTensors(state, tensors);
  Object.assign(state, { step, queuePointer, queueFilled, optimizer: { ...state.optimizer, step: optimizerStep } });
}

/**
 * Gives a new state another run's encoder, and whatever else is there in the right shape. A missing key branch is a copy of the query's.
 *
 * @returns The names that were not found.
 * @throws {InputError} If a tensor of the query encoder is missing or a tensor has another shape; nothing is changed then.
 */
export function initialiseFromTensors(state: TrainingState, tensors: ReadonlyMap<string, Tensor>, optimizerStep: number): string[] {
  const usable = new Map<string, Tensor>();
  const missing: string[] = [];
  for (const [name, { shape }] of takeSnapshot(state).tensors) {
    const found = tensors.get(name) ?? tensors.get(name.replace(/^(encoder|head|statistics)_k\./, '$1_q.'));
    if (!tensors.has(name)) missing.push(name);
    if (!found && name.startsWith('encoder_q.')) throw new InputError(`Cannot initialise the encoder as the checkpoint has no tensor ${name}: was it made with another encoder?`);
    if (!found || (name === 'queue' && found.shape.join() !== shape.join())) continue; // a queue of another size starts anew
    if (found.shape.join() !== shape.join()) throw new InputError(`Cannot initialise the encoder as ${name} must have shape [${shape.join(', ')}]: the checkpoint's is [${found.shape.join(', ')}]`);
    usable.set(name, found);
  }
  takeTensors(state, usable);
  if (usable.has('queue')) state.queueFilled = state.queue.shape[0];
  state.optimizer = { ...state.optimizer, step: optimizerStep };
  return missing;
}

/** Takes over the values of the tensors that are given; shapes were checked. */
function takeTensors(state: TrainingState, tensors: ReadonlyMap<string, Tensor>): void {
  const taken = <T extends Tensor>(name: string, current: T): T => {
    const found = tensors.get(name);
    if (!found) return current;
    current.dispose();
    return keep(found.clone()) as T;
  };
  for (const [suffix, branch] of [['q', state.query], ['k', state.key]] as const) {
    for (const [name, parameter] of trainable(branch)) {
      const found = tensors.get(snapshotName(name, suffix));
      if (found) parameter.assign(found);
    }
    branch.statistics = mapValues(branch.statistics, (value, name) => taken(`statistics_${suffix}.${name}`, value));
  }
  for (const [name, parameter] of state.intermediate) {
    const found = tensors.get(`intermediate.${name}`);
    if (found) parameter.assign(found);
  }
  const slots = Object.entries(state.optimizer.slots).map(([slot, values]) => [slot, mapValues(values, (value, name) => taken(slotInSnapshot(slot, name), value))] as const);
  state.optimizer = { ...state.optimizer, slots: Object.fromEntries(slots) };
  state.queue = taken('queue', state.queue);
}
