import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import type { CommandContext } from '../commands/command.ts';
import { buildImageCache } from '../input/buildImageCache.ts';
import { preparationOf } from '../input/preparation.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { PrepareOptions } from '../options/prepareOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { reportBadFiles } from '../run/openImages.ts';

/** Prepares images once and for all runs: a folder that `--data` takes and that NumPy maps into memory. */
export async function prepareData(options: PrepareOptions, { terminal }: CommandContext): Promise<void> {
  const target = resolve(options.out);
  const selection = await readRecords(options);
  const pool = createWorkerPool(options.workers ?? availableParallelism());
  try {
    const cache = await withInterruption(
      (signal) => buildImageCache({ selection, preparation: preparationOf(options), folder: dirname(target), name: basename(target), pool, terminal, signal }),
      () => terminal.print('Stopping; once more stops at once'),
    );
    reportBadFiles(cache, options.onBadFile, terminal);
    const { images, shards, preparation } = cache.manifest;
    terminal.print(`${images.length} images of ${preparation.imageSize} pixels are in ${options.out}, in ${shards.length} .npy ${shards.length === 1 ? 'file' : 'files'} with their paths in index.csv`);
  } finally {
    await pool.close();
  }
}
