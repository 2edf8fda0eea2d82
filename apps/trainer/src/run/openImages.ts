import { join } from 'node:path';
import type { ImageRecord } from '@cxr-ifa/tensor';
import { badFilesError, listBadFiles } from '../input/badFilesError.ts';
import { buildImageCache } from '../input/buildImageCache.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { openImageCache, type ImageCache } from '../input/imageCache.ts';
import { preparationOf, requirePreparation, type Preparation } from '../input/preparation.ts';
import { readRecords } from '../input/readRecords.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import type { RecordOptionValues } from '../options/recordOptions.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import { CACHE_FOLDER } from './runDirectory.ts';

/** What {@link openImages} works with besides. */
export interface OpenImagesContext {
  readonly pool: WorkerPool;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Told how many images there are at the most, and what is known of them where they are not prepared ones, before the long work of preparing them; may throw. */
  readonly onSelected: (images: number, records?: readonly ImageRecord[]) => void;
}

/** What {@link openImages} needs of a command's options. */
export interface ImageOptions extends RecordOptionValues, Preparation {
  readonly cache?: string | undefined;
  readonly onBadFile: 'fail' | 'skip';
  /** Columns of a plain CSV file that are a finding each. */
  readonly findingColumns?: readonly string[];
}

/**
 * Opens the prepared images that the options select, and prepares them first where need be.
 *
 * @param run The run's folder, for its own cache.
 * @throws {InputError} If there are no images, or bad ones and they are not to be skipped.
 * @throws {UsageError} If prepared images were named that were prepared otherwise, or are to be selected among.
 */
export async function openImages(options: ImageOptions, run: string, { onSelected, ...context }: OpenImagesContext): Promise<ImageCache> {
  const preparation = preparationOf(options);
  const given = await openImageCache(options.data);
  if (given) {
    if (options.labels !== undefined || options.split !== undefined || options.where.length > 0) {
      throw new UsageError(`Cannot select among the prepared images in ${options.data} by --labels, --split or --where as all of them are used: select where they are prepared, or name the images' own folder`);
    }
    onSelected(given.manifest.images.length);
    requirePreparation(given.manifest.preparation, preparation, options.data);
  }
  const cache = given ?? (await prepareImages());
  reportBadFiles(cache, options.onBadFile, context.terminal);
  return cache;

  async function prepareImages(): Promise<ImageCache> {
    const selection = await readRecords(options);
    for (const line of describeSelection(selection)) context.terminal.print(line);
    onSelected(selection.records.length, selection.records);
    return buildImageCache({ selection, preparation, folder: options.cache ?? join(run, CACHE_FOLDER), ...context });
  }
}

/** Says which files were bad and why; ends there if bad files are not to be skipped. */
export function reportBadFiles({ manifest: { images, skipped } }: ImageCache, onBadFile: 'fail' | 'skip', terminal: Terminal): void {
  if (skipped.length === 0) return;
  const list = listBadFiles(skipped);
  if (onBadFile === 'fail') throw badFilesError(`Cannot use ${skipped.length} of ${skipped.length + images.length} files: ${list}; mend them, or leave them out with --on-bad-file skip`);
  if (images.length === 0) throw badFilesError(`Cannot use any of the ${skipped.length} files: ${list}`);
  terminal.print(`Left out ${skipped.length} bad of ${skipped.length + images.length} files: ${list}`);
}
