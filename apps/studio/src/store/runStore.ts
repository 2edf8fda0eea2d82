import type { RunState, StoredRun } from '../pretrain/run.ts';
import { database } from './database.ts';

/** Keeps a run from its beginning, in the place of the one before. */
export async function keepRun({ plan, pixels, ...state }: StoredRun): Promise<void> {
  const transaction = (await database()).transaction('run', 'readwrite');
  const { store } = transaction;
  await Promise.all([store.put(plan, 'plan'), store.put(pixels, 'pixels'), store.put(state, 'state'), transaction.done]);
}

/** Keeps where the run stands now; what never changes is not written again. */
export async function keepRunState(state: RunState): Promise<void> {
  await (await database()).put('run', state, 'state');
}

/** The kept run but for its images' pixels, which are most of it. */
export async function readRun(): Promise<Omit<StoredRun, 'pixels'> | undefined> {
  const { store } = (await database()).transaction('run');
  const [plan, state] = await Promise.all([store.get('plan') as Promise<StoredRun['plan'] | undefined>, store.get('state') as Promise<RunState | undefined>]);
  return plan && state && { plan, ...state };
}

/** The kept run, to be trained on. */
export async function readWholeRun(): Promise<StoredRun | undefined> {
  const run = await readRun();
  const pixels = (await (await database()).get('run', 'pixels')) as Float32Array | undefined;
  return run && pixels && { ...run, pixels };
}
