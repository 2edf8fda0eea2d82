import { computed, signal } from '@preact/signals';
import { report } from '../app/notices.ts';
import { thumbnailsFirst } from '../images/thumbnailsFirst.ts';
import type { EmbeddedImage } from './computation.ts';
import { computer, started } from './computer.ts';

/** Images at a time: enough to keep the processor busy, few enough that other questions do not wait long. */
const BATCH = 16;

/** How many images are embedded, of how many. */
export const embeddedCount = signal(0);
const asked = signal(0);
/** How far embedding is; nothing while it rests. */
export const embedding = computed(() => (embeddedCount.value < asked.value ? { done: embeddedCount.value, total: asked.value } : undefined));

let queue: EmbeddedImage[] = [];
let running = false;
/** Counts encoders: what was asked of the one before does not count any more. */
let turn = 0;

/** Has images embedded, after those that wait. */
export function enqueueEmbedding(images: readonly EmbeddedImage[]): void {
  queue.push(...images);
  asked.value += images.length;
  void run();
}

/** Begins to count anew: the features of all images are gone. */
export function resetEmbedding(): void {
  turn++;
  queue = [];
  asked.value = 0;
  embeddedCount.value = 0;
}

async function run(): Promise<void> {
  if (running) return;
  running = true;
  try {
    await started;
    while (queue.length > 0) {
      await thumbnailsFirst();
      const [batch, own] = [queue.splice(0, BATCH), turn];
      await computer.embed(batch);
      if (own === turn) embeddedCount.value += batch.length;
    }
  } catch (error) {
    queue = [];
    asked.value = embeddedCount.value;
    report(error);
  } finally {
    running = false;
  }
}
