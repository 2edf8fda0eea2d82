import { wrap, type Remote } from 'comlink';
import type { ImageWorker } from './imageWorker.ts';

/** Starts a worker for images. */
export function startImageWorker(): { readonly remote: Remote<ImageWorker>; end: () => void } {
  const worker = new Worker(new URL('./image.worker.ts', import.meta.url), { type: 'module' });
  return { remote: wrap<ImageWorker>(worker), end: () => worker.terminate() };
}
