import type { ImageRecord } from '@cxr-ifa/tensor';
import type { ImageCache } from '../input/imageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';
import { openImages } from '../run/openImages.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { FEWEST_COMPARED } from './ganMonitor.ts';

/** Prepared images, and what is known of them where they were not given prepared. */
export interface KnownImages {
  readonly cache: ImageCache;
  readonly records: readonly ImageRecord[];
}

/** The images that a generator learns from, and those that its samples are held against: the same where none are held out. */
export interface GanImages {
  readonly training: KnownImages;
  readonly heldOut: KnownImages;
}

/** Prepares the images of training and monitor. @throws {UsageError} If too few are held out. */
export async function openGanImages(options: GanTrainOptions & { readonly data: string }, folder: string, { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal }): Promise<GanImages> {
  const pool = createWorkerPool(options.workers);
  const open = async (split: string | undefined): Promise<KnownImages> => {
    let records: readonly ImageRecord[] = [];
    const cache = await openImages({ ...options, split }, folder, { pool, terminal, signal, onSelected: (_, selected = []) => void (records = selected) });
    return { cache, records };
  };
  try {
    const training = await open(options.split);
    const heldOut = options.monitorSplit === undefined ? training : await open(options.monitorSplit);
    const { length } = heldOut.cache.manifest.images;
    if (length < FEWEST_COMPARED) throw new UsageError(`Cannot watch a generator as its monitor must compare with at least ${FEWEST_COMPARED} images: current number in ${options.monitorSplit === undefined ? '--data' : `the split ${options.monitorSplit}`} is ${length}`);
    return { training, heldOut };
  } finally {
    await pool.close();
  }
}
