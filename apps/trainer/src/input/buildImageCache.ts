import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeNpyHeader } from '@cxr-ifa/checkpoint';
import { syncFolder, PARTIAL } from '../run/atomicWrite.ts';
import { Interrupted } from '../run/interruption.ts';
import { writeJson } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';
import { MANIFEST, openImageCache, type CacheManifest, type ImageCache } from './imageCache.ts';
import { mapInOrder } from './mapInOrder.ts';
import type { Preparation, PrepareResult } from './prepareImage.ts';
import type { ImageSelection } from './readRecords.ts';
import type { WorkerPool } from './workerPool.ts';

/** Pixels in a shard: 64 MB while it waits as floats, 16 or 32 MB on disk. */
const SHARD_PIXELS = 2 ** 24;

/** What {@link buildImageCache} works with. */
export interface BuildImageCacheOptions {
  readonly selection: ImageSelection;
  readonly preparation: Preparation;
  /** The folder that holds caches, each under its key. */
  readonly folder: string;
  readonly pool: WorkerPool;
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
}

/**
 * Prepares images once: decoded, clipped, resized, and kept as .npy shards that NumPy can map into memory.
 * A cache whose files, sizes, times and preparation are the same is used again. A bad file is left out, named with its reason in the manifest, and never replaced.
 *
 * @returns The cache, complete: it appears in its folder at once, by a rename.
 */
export async function buildImageCache({ selection, preparation, folder, pool, terminal, signal }: BuildImageCacheOptions): Promise<ImageCache> {
  const key = await cacheKey(selection, preparation);
  const target = join(folder, key.slice(0, 16));
  const existing = await openImageCache(target);
  if (existing) {
    terminal.print(`Using ${existing.manifest.images.length} prepared images in ${target}`);
    return existing;
  }
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder);
  const partial = join(folder, `${key.slice(0, 16)}.${process.pid}${PARTIAL}`);
  await mkdir(partial, { recursive: true });
  try {
    await fill(partial, key, { selection, preparation, pool, terminal, ...(signal && { signal }) });
    await rename(partial, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // otherwise another process was faster, with the same images
    });
    await syncFolder(folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return (await openImageCache(target)) as ImageCache;
}

async function fill(folder: string, key: string, { selection, preparation, pool, terminal, signal }: Omit<BuildImageCacheOptions, 'folder'>): Promise<void> {
  const { records, root } = selection;
  const size = preparation.imageSize;
  const shardImages = Math.max(1, Math.floor(SHARD_PIXELS / size ** 2));
  const manifest: CacheManifest = { format: 'cxr-ifa-cache-1', key, preparation: { ...preparation }, dataHash: '', shards: [], images: [], skipped: [] };
  const dataHash = createHash('sha256').update(JSON.stringify(preparation));
  let waiting: Extract<PrepareResult, { pixels: Float32Array }>[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const file = `images-${String(manifest.shards.length).padStart(5, '0')}.npy`;
    manifest.shards.push({ file, ...(await writeShard(join(folder, file), waiting, size, dataHash)) });
    waiting = [];
  };

  const progress = terminal.progress('Preparing images', records.length, 'images');
  const paths = records.map(({ path }) => join(root, path));
  let done = 0;
  try {
    for await (const result of mapInOrder(paths, (path) => pool.run('prepare', { path, ...preparation }), 4 * pool.size)) {
      if (signal?.aborted) throw new Interrupted('Interrupted while preparing images: nothing was kept');
      const { path } = records[done++] as { path: string };
      if ('reason' in result) manifest.skipped.push({ path, reason: result.reason });
      else {
        manifest.images.push(path);
        dataHash.update(`${path}\n`);
        waiting.push(result);
        if (waiting.length === shardImages) await flush();
      }
      progress.update(done, manifest.skipped.length > 0 ? `${manifest.skipped.length} bad` : '');
    }
    await flush();
  } finally {
    progress.finish();
  }
  manifest.dataHash = dataHash.digest('hex');
  await writeJson(join(folder, MANIFEST), manifest);
}

/** Writes one shard, rounded to 8 bits, or to 16 where one of its sources had more. */
async function writeShard(path: string, images: readonly { pixels: Float32Array; deep: boolean }[], size: number, dataHash: Hash): Promise<{ images: number; dtype: 'U8' | 'U16'; sha256: string }> {
  const dtype = images.some(({ deep }) => deep) ? 'U16' : 'U8';
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    const header = encodeNpyHeader(dtype, [images.length, size, size]);
    hash.update(header);
    await file.writeFile(header);
    for (const { pixels } of images) {
      const stored = roundTo(dtype, pixels);
      hash.update(stored);
      dataHash.update(stored);
      await file.writeFile(stored);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { images: images.length, dtype, sha256: hash.digest('hex') };
}

/** Pixels from 0 to 1 as the bytes of integers. */
function roundTo(dtype: 'U8' | 'U16', pixels: Float32Array): Uint8Array {
  const scale = dtype === 'U16' ? 65535 : 255;
  const integers = dtype === 'U16' ? new Uint16Array(pixels.length) : new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) integers[i] = Math.round((pixels[i] as number) * scale);
  return new Uint8Array(integers.buffer);
}

/** Hash of what decides over the prepared images. A file that is missing has no size and no time: preparing it says so. */
async function cacheKey({ records, root }: ImageSelection, preparation: Preparation): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(['cxr-ifa-cache-1', preparation]));
  const stats = mapInOrder(records, ({ path }) => stat(join(root, path)).catch(() => undefined), 64);
  let index = 0;
  for await (const found of stats) hash.update(JSON.stringify([records[index++]?.path, found?.size, found?.mtimeMs]));
  return hash.digest('hex');
}

/** Removes what processes left that were killed while they prepared images; those that still run keep theirs. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = Number(/\.(\d+)\.partial$/.exec(name)?.[1]);
    if (!Number.isInteger(owner) || (owner !== process.pid && isRunning(owner))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
