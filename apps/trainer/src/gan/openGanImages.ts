import type { ImageRecord } from '@cxr-ifa/tensor';
import type { ImageCache } from '../input/imageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';
import { openImages } from '../run/openImages.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { FEWEST_COMPARED } from './ganMonitor.ts';

/** Prepared images that a generator is trained on, and those that its monitor compares with. */
export interface GanImages {
  readonly training: ImageCache;
  readonly heldOut: ImageCache;
  /** What is known of the images that are trained on; nothing where they were prepared before. */
  readonly records: readonly ImageRecord[];
}

/**
 * Prepares the images of training and monitor.
 *
 * @throws {InputError} If they cannot be used.
 * @throws {UsageError} If too few are held out.
 */
export async function openGanImages(options: GanTrainOptions & { readonly data: string }, folder: string, { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal }): Promise<GanImages> {
  const pool = createWorkerPool(options.workers);
  try {
    let records: readonly ImageRecord[] = [];
    const training = await openImages(options, folder, { pool, terminal, signal, onSelected: (_count, selected = []) => void (records = selected) });
    const heldOut = options.monitorSplit === undefined ? training : await openImages({ ...options, split: options.monitorSplit }, folder, { pool, terminal, signal, onSelected: () => undefined });
    const { length } = heldOut.manifest.images;
    if (length < FEWEST_COMPARED) throw new UsageError(`Cannot watch a generator as its monitor must compare with at least ${FEWEST_COMPARED} images: current number ${options.monitorSplit === undefined ? 'in --data' : `in the split ${options.monitorSplit}`} is ${length}`);
    return { training, heldOut, records };
  } finally {
    await pool.close();
  }
}
