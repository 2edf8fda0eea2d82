import type { RunLog, RunPlan, RunState, RunSummary, StoredRun } from '../pretrain/run.ts';
import { database } from './database.ts';

/** Keeps a run from its beginning, in the place of the one before. */
export async function keepRun({ plan, pixels, ...state }: StoredRun): Promise<void> {
  const transaction = (await database()).transaction('run', 'readwrite');
  await Promise.all([transaction.store.put(plan, 'plan'), transaction.store.put(pixels, 'pixels'), putState(transaction.store, state), transaction.done]);
}

/** Keeps where the run stands now; what never changes is not written again. */
export async function keepRunState(state: RunState): Promise<void> {
  const transaction = (await database()).transaction('run', 'readwrite');
  await Promise.all([putState(transaction.store, state), transaction.done]);
}

async function putState(store: { put(value: RunLog | Uint8Array, key: 'log' | 'checkpoint'): Promise<unknown> }, { checkpoint, ...log }: RunState): Promise<void> {
  await Promise.all([store.put(log, 'log'), checkpoint && store.put(checkpoint, 'checkpoint')]);
}

/** What of the kept run is shown: without its pixels and its checkpoint, which are many megabytes. */
export async function readRunSummary(): Promise<RunSummary | undefined> {
  const { store } = (await database()).transaction('run');
  const [plan, log] = await Promise.all([store.get('plan') as Promise<RunPlan | undefined>, store.get('log') as Promise<RunLog | undefined>]);
  return plan && log && { plan, ...log };
}

/** The kept run, to be trained on. */
export async function readRun(): Promise<StoredRun | undefined> {
  const summary = await readRunSummary();
  const { store } = (await database()).transaction('run');
  const [pixels, checkpoint] = await Promise.all([store.get('pixels') as Promise<Float32Array | undefined>, store.get('checkpoint') as Promise<Uint8Array | undefined>]);
  return summary && pixels && { ...summary, pixels, ...(checkpoint && { checkpoint }) };
}

/** The kept checkpoint. */
export async function readRunCheckpoint(): Promise<Uint8Array | undefined> {
  return (await (await database()).get('run', 'checkpoint')) as Uint8Array | undefined;
}

/** Deletes the kept run, with the small copies of its images. */
export async function deleteRun(): Promise<void> {
  await (await database()).clear('run');
}
