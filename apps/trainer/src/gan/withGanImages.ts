import type { ImageRecord } from '@cxr-ifa/tensor';
import { requireTrainingBackend, selectBackend, type SelectedBackend } from '../backend/selectBackend.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';
import { openImages } from '../run/openImages.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { FEWEST_COMPARED } from './ganMonitor.ts';

/** The images that a generator learns from, and those that its samples are held against. */
export interface GanImages {
  /** What is known of the training images, where they are not prepared ones. */
  readonly records: readonly ImageRecord[];
  readonly training: ImageCache;
  readonly heldOut: ImageCache;
}

/** Selects the backend, prepares the images of training and monitor, and gives them to `work`. @throws {UsageError} If too few are held out. */
export async function withGanImages(options: GanTrainOptions & { readonly data: string }, folder: string, { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal }, work: (images: GanImages, backend: SelectedBackend) => Promise<void>): Promise<void> {
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const pool = createWorkerPool(options.workers);
  let images: GanImages;
  try {
    let records: readonly ImageRecord[] = [];
    const context = { pool, terminal, signal };
    const training = await openImages(options, folder, { ...context, onSelected: (_, selected = []) => void (records = selected) });
    const heldOut = options.monitorSplit === undefined ? training : await openImages({ ...options, split: options.monitorSplit }, folder, { ...context, onSelected: () => undefined });
    const { length } = heldOut.manifest.images;
    if (length < FEWEST_COMPARED) throw new UsageError(`Cannot watch a generator as its monitor must compare with at least ${FEWEST_COMPARED} images: current number in ${options.monitorSplit === undefined ? '--data' : `the split ${options.monitorSplit}`} is ${length}`);
    images = { training, heldOut, records };
  } finally {
    await pool.close();
  }
  await work(images, backend);
}
