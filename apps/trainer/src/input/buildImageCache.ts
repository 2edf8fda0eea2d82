import { createHash } from 'node:crypto';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCsv } from '@cxr-ifa/datasets';
import { atomicWrite, syncFolder } from '../run/atomicWrite.ts';
import { Interrupted } from '../run/interruption.ts';
import { writeJson } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { INDEX, MANIFEST, openImageCache, type CacheManifest, type ImageCache } from './imageCache.ts';
import { mapInOrder } from './mapInOrder.ts';
import { finishPartialCache, openPartialCache, type CacheProgress, type PartialCache } from './partialCache.ts';
import type { Preparation } from './preparation.ts';
import type { ImageSelection } from './readRecords.ts';
import type { WorkerPool } from './workerPool.ts';
import { writeShard, type PreparedPixels } from './writeShard.ts';

/** Images in a shard at most, so that little is lost where small ones are interrupted. */
const SHARD_IMAGES = 4096;

/** What {@link buildImageCache} works with. */
export interface BuildImageCacheOptions {
  readonly selection: ImageSelection;
  readonly preparation: Preparation;
  /** The folder that holds caches. */
  readonly folder: string;
  /** The cache's name in it. @default {its key, so that each has a place of its own} */
  readonly name?: string;
  readonly pool: WorkerPool;
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
  /** Pixels in a shard: as many wait as floats, four bytes each, and are on disk as one or two. @default {2 ** 24} */
  readonly shardPixels?: number;
}

/**
 * Prepares images once: decoded, clipped, resized, and kept as .npy shards that NumPy can map into memory.
 * A cache whose files, sizes, times and preparation are the same is used again, and one that was interrupted goes on from its last whole shard.
 * A bad file is left out, named with its reason in the manifest, and never replaced.
 *
 * @returns The cache, complete: it appears in its folder at once, by a rename.
 * @throws {UsageError} If there are other images under its name.
 * @throws {Interrupted} If the signal came; what is whole is kept for the next time.
 */
export async function buildImageCache({ folder, name, ...options }: BuildImageCacheOptions): Promise<ImageCache> {
  const { selection, preparation, terminal } = options;
  const key = await cacheKey(selection, preparation);
  const shortKey = key.slice(0, 16);
  const target = join(folder, name ?? shortKey);
  const existing = await openImageCache(target);
  if (existing) {
    if (existing.manifest.key !== key) throw new UsageError(`Cannot prepare images into ${target} as it holds others, or these prepared otherwise: choose another --out`);
    terminal.print(`Using ${existing.manifest.images.length} prepared images in ${target}`);
    return existing;
  }
  const partial = await openPartialCache(folder, name === undefined ? shortKey : `${name}-${shortKey}`);
  try {
    const { done: _, ...contents } = await fill(partial, options);
    const manifest: CacheManifest = { format: 'cxr-ifa-cache-1', key, preparation: { ...preparation }, dataHash: hashData(preparation, contents), ...contents };
    await atomicWrite(join(partial.folder, INDEX), formatCsv([['image', 'file', 'row'], ...indexRows(contents)]));
    await writeJson(join(partial.folder, MANIFEST), manifest);
    await finishPartialCache(partial);
    await rename(partial.folder, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // otherwise another process was faster, with the same images
    });
    await syncFolder(folder);
  } finally {
    await partial.release();
  }
  return (await openImageCache(target)) as ImageCache;
}

/** Where each image lies, for programs that do not read the manifest. */
function indexRows({ shards, images }: Pick<CacheManifest, 'shards' | 'images'>): [image: string, file: string, row: number][] {
  const places = shards.flatMap(({ file, images: count }) => Array.from({ length: count }, (_, row) => [file, row] as const));
  return images.map((image, index) => [image, ...(places[index] as readonly [string, number])]);
}

async function fill(partial: PartialCache, { selection, preparation, pool, terminal, signal, shardPixels = 2 ** 24 }: Omit<BuildImageCacheOptions, 'folder' | 'name'>): Promise<CacheProgress> {
  const { records, root } = selection;
  const size = preparation.imageSize;
  const shardImages = Math.min(SHARD_IMAGES, Math.max(1, Math.floor(shardPixels / size ** 2)));
  const { shards, images, skipped } = structuredClone(partial.progress) as { -readonly [K in keyof CacheProgress]: CacheProgress[K] };
  let { done } = partial.progress;
  if (done > 0) terminal.print(`Going on with the preparation of images: ${done} of ${records.length} were done before`);

  let waiting: PreparedPixels[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) {
      const file = `images-${String(shards.length).padStart(5, '0')}.npy`;
      shards.push({ file, ...(await writeShard(join(partial.folder, file), waiting, size)) });
      waiting = [];
    }
    await partial.save({ done, shards, images, skipped });
  };
  const progress = terminal.progress('Preparing images', records.length, 'images');
  const paths = records.slice(done).map(({ path }) => join(root, path));
  try {
    for await (const result of mapInOrder(paths, (path) => pool.run('prepare', { path, ...preparation }), 4 * pool.size)) {
      if (signal?.aborted) throw new Interrupted(`Interrupted while preparing images: ${partial.progress.done > 0 || shards.length > 0 ? 'those of whole shards are kept, and the next time goes on from there' : 'nothing was kept'}`);
      const { path } = records[done++] as { path: string };
      if ('reason' in result) skipped.push({ path, reason: result.reason });
      else {
        images.push(path);
        waiting.push(result);
        if (waiting.length === shardImages) await flush();
      }
      progress.update(done, skipped.length > 0 ? `${skipped.length} bad` : '');
    }
    await flush();
  } finally {
    progress.finish();
  }
  return { done, shards, images, skipped };
}

/** The same for the same images in the same order, wherever they lie and whenever they were written. */
function hashData(preparation: Preparation, { shards, images }: Pick<CacheManifest, 'shards' | 'images'>): string {
  return createHash('sha256').update(JSON.stringify([preparation, shards.map(({ sha256 }) => sha256), images])).digest('hex');
}

/** Hash of what decides over the prepared images. A file that is missing has no size and no time: preparing it says so. */
async function cacheKey({ records, root }: ImageSelection, preparation: Preparation): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(['cxr-ifa-cache-1', preparation]));
  const stats = mapInOrder(records, ({ path }) => stat(join(root, path)).catch(() => undefined), 64);
  let index = 0;
  for await (const found of stats) hash.update(JSON.stringify([records[index++]?.path, found?.size, found?.mtimeMs]));
  return hash.digest('hex');
}
