import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { computed, signal } from '@preact/signals';
import { transfer } from 'comlink';
import { report } from '../app/notices.ts';
import { DECODERS, withDecoder } from '../decode/decoderPool.ts';
import { thumbnailsFirst } from '../images/thumbnailsFirst.ts';
import { computer, encoderCard, preprocessing, startFailed, started } from './computer.ts';

/** Images at a time: enough to keep the processor busy, few enough that other questions do not wait long. */
const BATCH = 16;

/** A file of the studio that can be prepared anew. */
export interface OpenFile {
  readonly id: string;
  readonly path: string;
  readonly file: Blob;
}

/** Pixels, and how they were made. */
export interface PreparedPixels {
  readonly pixels: Float32Array;
  readonly preprocessing: Preprocessing;
}

/** Images that are embedded. */
export const embedded = signal<ReadonlySet<string>>(new Set());
/** How many they are. */
export const embeddedCount = computed(() => embedded.value.size);
const asked = signal(0);
/** Whether embedding stopped at an error. */
export const stalled = signal(false);
/** How far embedding is; nothing while it rests. */
export const embedding = computed(() => (!stalled.value && !(startFailed.value && !encoderCard.value) && embeddedCount.value < asked.value ? { done: embeddedCount.value, total: asked.value } : undefined));

const files = new Map<string, OpenFile>();
/** Images whose pixels the worker has. */
let queue: string[] = [];
let running = false;
/** Counts encoders: what was asked of the one before does not count any more. */
let turn = 0;

/** Has an image embedded, after those that wait. @param prepared What its decoder made of it already. */
export async function enqueueEmbedding(file: OpenFile, prepared?: PreparedPixels): Promise<void> {
  track(file);
  await provide(file, turn, prepared);
}

/** Has images embedded whose files are to be prepared first, several at a time. */
export async function enqueueFiles(opened: readonly OpenFile[]): Promise<void> {
  for (const file of opened) track(file);
  const own = turn;
  const next = opened.values();
  const work = async (): Promise<void> => {
    for (const file of next) if (own === turn) await provide(file, own);
  };
  await Promise.all(Array.from({ length: DECODERS }, work));
}

/** Lets go of an image that was closed. */
export async function forgetEmbedding(id: string): Promise<void> {
  untrack(id);
  queue = queue.filter((waiting) => waiting !== id);
  embedded.value = new Set([...embedded.value].filter((other) => other !== id));
  await computer.forget(id);
}

/** After another encoder was opened: embeds all images anew, those first whose pixels it can take as they are. */
export async function embedAnew(): Promise<void> {
  const own = ++turn;
  queue = [];
  embedded.value = new Set();
  const known = [...files.values()]; // those that come meanwhile see to themselves
  const missing = new Set(await computer.missing(known.map(({ id }) => id)));
  if (own !== turn) return;
  const open = known.filter(({ id }) => files.has(id));
  queue.push(...open.filter(({ id }) => !missing.has(id)).map(({ id }) => id));
  void embedQueued();
  await enqueueFiles(open.filter(({ id }) => missing.has(id)));
}

function track(file: OpenFile): void {
  files.set(file.id, file);
  asked.value = files.size;
}

function untrack(id: string): void {
  files.delete(id);
  asked.value = files.size;
}

/** Gives an image's pixels to the worker, made anew where another encoder was opened while they were made. */
async function provide(file: OpenFile, own: number, prepared?: PreparedPixels): Promise<void> {
  try {
    await started.catch(() => undefined);
    if (!encoderCard.value) return; // the start has said why; the next encoder that is opened takes it
    let given = prepared ?? (await prepare(file));
    if (!files.has(file.id)) return; // closed meanwhile
    while (!(await computer.keep(file.id, transfer(given.pixels, [given.pixels.buffer as ArrayBuffer]), given.preprocessing))) given = await prepare(file);
  } catch (error) {
    untrack(file.id);
    return report(new Error(`Cannot embed ${file.path}: ${(error as Error).message}`, { cause: error }));
  }
  if (!files.has(file.id)) return void computer.forget(file.id); // closed meanwhile
  if (own !== turn) return; // the other encoder has asked for all images itself
  queue.push(file.id);
  void embedQueued();
}

async function prepare({ file }: OpenFile): Promise<PreparedPixels> {
  const { value } = preprocessing;
  return { pixels: await withDecoder((decoder) => decoder.prepare(file, value)), preprocessing: value };
}

/** Embeds what waits, also what an error has left. */
export async function embedQueued(): Promise<void> {
  if (running) return;
  running = true;
  stalled.value = false;
  for (;;) {
    await thumbnailsFirst();
    if (queue.length === 0) break;
    const [batch, own] = [queue.splice(0, BATCH), turn];
    try {
      const done = await computer.embed(batch);
      if (own === turn) embedded.value = new Set([...embedded.value, ...done.filter((id) => files.has(id))]);
    } catch (error) {
      if (own !== turn) continue;
      queue.unshift(...batch.filter((id) => files.has(id)));
      stalled.value = true;
      report(error);
      break;
    }
  }
  running = false;
}
