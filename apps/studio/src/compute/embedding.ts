import { computed, signal } from '@preact/signals';
import { report } from '../app/notices.ts';
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

/** Has images embedded, after those that wait. */
export function enqueueEmbedding(images: readonly EmbeddedImage[]): void {
  queue.push(...images);
  asked.value += images.length;
  void run();
}

/** Begins to count anew: the features of all images are gone. */
export function resetEmbedding(): void {
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
      const batch = queue.splice(0, BATCH);
      const before = asked.value;
      await computer.embed(batch);
      if (asked.value >= before) embeddedCount.value = Math.min(asked.value, embeddedCount.value + batch.length);
    }
  } catch (error) {
    report(error);
  } finally {
    running = false;
  }
}
