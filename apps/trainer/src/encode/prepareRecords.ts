import { join } from 'node:path';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { filterRecords } from '@cxr-ifa/datasets';
import { buildImageCache } from '../input/buildImageCache.ts';
import { openImageCache, type ImageCache } from '../input/imageCache.ts';
import { preparationOf, requirePreparation } from '../input/preparation.ts';
import type { ImageSelection } from '../input/readRecords.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import { reportBadFiles } from '../run/openImages.ts';
import { CACHE_FOLDER } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';

/** Records whose images are ready. */
export interface PreparedRecords {
  /** Without the records whose file was bad. */
  readonly selection: ImageSelection;
  readonly cache: ImageCache;
  /** Where each record's image is in the cache. */
  readonly indices: readonly number[];
}

/** What {@link prepareRecords} works with. */
export interface PrepareRecordsOptions {
  readonly preprocessing: Preprocessing;
  /** The folder to keep prepared images in. */
  readonly cache?: string | undefined;
  readonly onBadFile: 'fail' | 'skip';
  /** The command's own folder, for a cache of its own. */
  readonly folder: string;
  readonly pool: WorkerPool;
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
}

/**
 * Prepares the images of records as an encoder needs them, or finds them prepared.
 *
 * @throws {InputError} If a file is bad and bad files are not to be skipped.
 * @throws {UsageError} If the folder holds images that were prepared otherwise.
 */
export async function prepareRecords(selection: ImageSelection, { preprocessing, folder, onBadFile, pool, terminal, signal, ...options }: PrepareRecordsOptions): Promise<PreparedRecords> {
  const preparation = preparationOf(preprocessing);
  const given = await openImageCache(selection.root);
  if (given) requirePreparation(given.manifest.preparation, preparation, selection.root);
  const cache = given ?? (await buildImageCache({ selection, preparation, folder: options.cache ?? join(folder, CACHE_FOLDER), pool, terminal, ...(signal && { signal }) }));
  if (!given) reportBadFiles(cache, onBadFile, terminal);
  const positions = new Map(cache.manifest.images.map((path, index) => [path, index]));
  const kept = filterRecords(selection, given ? 'not among the prepared images' : 'bad file', ({ path }) => positions.has(path));
  return { selection: { ...kept, root: selection.root }, cache, indices: kept.records.map(({ path }) => positions.get(path) as number) };
}
