import { computed, signal } from '@preact/signals';
import { proxy, type Remote } from 'comlink';
import { computer } from '../compute/computer.ts';
import { images } from '../images/images.ts';
import { deleteRun, readRunCheckpoint, readRunSummary } from '../store/runStore.ts';
import { interpretRun } from './interpretRun.ts';
import type { PretrainService } from './pretrainService.ts';
import type { LogRow, RunSummary } from './run.ts';
import { DEFAULT_SETTINGS, type PretrainSettings } from './settings.ts';
import { thinRows } from './thinRows.ts';

/** What is chosen for the next run. */
export const settings = signal<PretrainSettings>(DEFAULT_SETTINGS);
/** The run that this browser keeps. */
export const run = signal<RunSummary | undefined>(undefined);
export const running = signal(false);
/** How the run goes, in plain language. */
export const verdict = computed(() => run.value && interpretRun(run.value.rows, run.value.plan));

/** Milliseconds. Steps are shown as they come, but not more often than this. */
const SHOW_EVERY = 250;

let opened: Promise<Remote<PretrainService>> | undefined;

/** One for the life of the page: Comlink closes the channel of a proxy that nobody holds any more, and with it every answer that is still to come. */
function service(): Promise<Remote<PretrainService>> {
  opened ??= computer.pretrain() as unknown as Promise<Remote<PretrainService>>;
  return opened;
}

/** Looks for the run of an earlier visit. */
export async function findRun(): Promise<void> {
  run.value ??= await readRunSummary();
}

/** Deletes the kept run. */
export async function forgetRun(): Promise<void> {
  await deleteRun();
  run.value = undefined;
}

/** Begins a run on all open images in the place of the one before, and trains. */
export async function beginRun(): Promise<void> {
  if (running.value) return;
  running.value = true;
  try {
    const ids = images.value.map(({ id }) => id);
    const missing = new Set(await computer.missing(ids)); // files that could not be read again, as was reported
    run.value = await (await service()).begin(settings.value, ids.filter((id) => !missing.has(id)));
  } finally {
    running.value = false;
  }
  await goOn();
}

/** Trains the kept run on, to its end or a pause. */
export async function goOn(): Promise<void> {
  if (running.value) return;
  running.value = true;
  let fresh: LogRow[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (): void => {
    timer = undefined;
    const [first, last] = [fresh[0]?.['step'], fresh.at(-1)?.['step']];
    if (!run.value || first === undefined || last === undefined) return;
    const before = run.value.rows.filter(({ step }) => (step as number) < first); // steps after the checkpoint are taken again
    run.value = { ...run.value, step: last, rows: thinRows([...before, ...fresh]) };
    fresh = [];
  };
  const add = (row: LogRow): void => {
    fresh.push(row);
    timer ??= setTimeout(show, SHOW_EVERY);
  };
  try {
    run.value = await (await service()).go(proxy(add));
  } catch (error) {
    run.value = await readRunSummary(); // where the kept checkpoint stands
    throw error;
  } finally {
    clearTimeout(timer);
    running.value = false;
  }
}

export async function pause(): Promise<void> {
  await (await service()).pause();
}

/** The kept checkpoint: everything that training goes on from, here or with `cxr-ifa pretrain --init`. */
export async function runCheckpoint(): Promise<Uint8Array> {
  const checkpoint = await readRunCheckpoint();
  if (!checkpoint) throw new Error('Cannot give a checkpoint as there is no run: begin one');
  return checkpoint;
}
