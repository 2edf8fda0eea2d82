import { wrap, type Remote } from 'comlink';
import { report } from '../app/notices.ts';
import type { ImageWorker } from './imageWorker.ts';

/** Starts a worker for images. */
export function startImageWorker(): { readonly remote: Remote<ImageWorker>; end: () => void } {
  const worker = new Worker(new URL('./image.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', ({ message }) => report(new Error(`Cannot work on images as their worker failed: ${message || 'its script did not load'}; reload the page`)));
  return { remote: wrap<ImageWorker>(worker), end: () => worker.terminate() };
}
