import { join } from 'node:path';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import type { ImageRecord } from '@cxr-ifa/tensor';
import { badFilesError, listBadFiles, type BadFile } from '../input/badFilesError.ts';
import { openImageCache, readCachedImage } from '../input/imageCache.ts';
import { mapInOrder } from '../input/mapInOrder.ts';
import { preparationOf } from '../input/preparation.ts';
import type { ImageSelection } from '../input/readRecords.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import type { Terminal } from '../terminal.ts';
import { prepareRecords } from './prepareRecords.ts';

/** An image that is ready for an encoder but for its normalisation. */
export interface ReadyImage {
  readonly record: ImageRecord;
  /** From 0 to 1, [imageSize, imageSize]. */
  readonly pixels: Float32Array;
  /** Of the file's own image; absent where it was prepared before. */
  readonly fileSize?: { readonly width: number; readonly height: number };
}

/** What {@link readyImages} works with. */
export interface ReadyImagesOptions {
  readonly preprocessing: Preprocessing;
  /** The folder to keep prepared images in; without it none are kept. */
  readonly cache?: string | undefined;
  readonly onBadFile: 'fail' | 'skip';
  readonly pool: WorkerPool;
  readonly terminal: Terminal;
}

/**
 * Makes images ready one after another, a few ahead of the one that is asked for: any number of them in the memory of a few, and none on disk
 * unless a cache was asked for. Bad files end it, or are left out and listed at its end.
 *
 * @throws {InputError} At the first bad file, if bad files are not to be skipped; at the end, if no file could be used.
 */
export async function* readyImages(selection: ImageSelection, options: ReadyImagesOptions): AsyncGenerator<ReadyImage, void, void> {
  const { preprocessing, cache, onBadFile, pool, terminal } = options;
  if (cache !== undefined || (await openImageCache(selection.root))) {
    const prepared = await prepareRecords(selection, { ...options, folder: cache ?? selection.root });
    for (const [row, record] of prepared.selection.records.entries()) yield { record, pixels: readCachedImage(prepared.cache.locate(prepared.indices[row] as number)) };
    return;
  }
  const { records, root } = selection;
  const results = mapInOrder(records, ({ path }) => pool.run('prepare', { path: join(root, path), ...preparationOf(preprocessing) }), 4 * pool.size);
  const bad: BadFile[] = [];
  let index = 0;
  for await (const result of results) {
    const record = records[index++] as ImageRecord;
    if ('reason' in result) {
      bad.push({ path: record.path, reason: result.reason });
      if (onBadFile === 'fail') throw badFilesError(`Cannot use a file: ${listBadFiles(bad)}; mend it, or leave bad files out with --on-bad-file skip`);
      continue;
    }
    const levels = result.deep ? 65535 : 255; // as a cache keeps them, so that an image is the same whichever way it comes
    yield { record, pixels: result.pixels.map((value) => Math.round(value * levels) / levels), ...(result.fileSize && { fileSize: result.fileSize }) };
  }
  if (bad.length === records.length) throw badFilesError(`Cannot use any of the ${bad.length} files: ${listBadFiles(bad)}`);
  if (bad.length > 0) terminal.print(`Left out ${bad.length} bad of ${records.length} files: ${listBadFiles(bad)}`);
}
