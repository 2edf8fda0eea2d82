import { findNearDuplicates } from '@cxr-ifa/datasets';
import { badFilesError, listBadFiles } from '../input/badFilesError.ts';
import { readCachedImage } from '../input/imageCache.ts';
import { mapInOrder } from '../input/mapInOrder.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import type { Terminal } from '../terminal.ts';
import type { Part } from './compareManifests.ts';
import { shrink, SIZE, type ThumbnailResult } from './makeThumbnail.ts';
import type { ManifestImage } from './openManifest.ts';

/** Two images of parts that must be apart. */
export interface Duplicate {
  readonly first: PartImage;
  readonly second: PartImage;
  /** The same file twice, or thumbnails that correlate. */
  readonly kind: 'copy' | 'near';
  /** Of the thumbnails; 1 for a copy. */
  readonly correlation: number;
}

export interface PartImage {
  readonly part: Part;
  readonly image: ManifestImage;
}

/** What the comparison of images came to. */
export interface Duplicates {
  readonly pairs: readonly Duplicate[];
  /** Files that cannot be used, with the reason. */
  readonly bad: readonly { readonly path: string; readonly reason: string }[];
  /** Images that were compared; near-duplicates among those that are not of one colour. */
  readonly compared: number;
  readonly featureless: number;
  /** Pairs that the hashes proposed. */
  readonly candidates: number;
  readonly complete: boolean;
}

export interface FindDuplicatesOptions {
  readonly threshold: number;
  readonly copiesOnly: boolean;
  readonly onBadFile: 'fail' | 'skip';
  readonly pool: WorkerPool;
  readonly terminal: Terminal;
}

const CACHED_CLIP_RANGE: readonly [number, number] = [0, 1];

/**
 * Finds images that parts of different roles share: equal files first, by their bytes, then near-duplicates by their thumbnails.
 *
 * @throws {InputError} If a file is bad and bad files are not to be skipped.
 */
export async function findDuplicates(parts: readonly Part[], { threshold, copiesOnly, onBadFile, pool, terminal }: FindDuplicatesOptions): Promise<Duplicates> {
  const all = parts.flatMap((part) => part.images.flatMap((image): PartImage[] => (image.source === undefined ? [] : [{ part, image }])));
  const [usable, thumbnails, hashes]: [PartImage[], Uint8Array[], (string | undefined)[]] = [[], [], []];
  const bad: { path: string; reason: string }[] = [];
  const progress = terminal.progress('Comparing images', all.length, 'images');
  let done = 0;
  try {
    for await (const result of mapInOrder(all, ({ image }) => thumbnailOf(image, copiesOnly, pool), 4 * pool.size)) {
      const member = all[done++] as PartImage;
      if ('reason' in result) bad.push({ path: member.image.path, reason: result.reason });
      else {
        usable.push(member);
        hashes.push(result.sha256 || undefined);
        if (result.thumbnail) thumbnails.push(result.thumbnail);
      }
      progress.update(done);
    }
  } finally {
    progress.finish();
  }
  if (bad.length > 0 && onBadFile === 'fail') {
    throw badFilesError(`Cannot compare ${bad.length} of ${all.length} files: ${listBadFiles(bad)}; mend them, or leave them out with --on-bad-file skip`);
  }
  const copies = findCopies(usable, hashes);
  if (copiesOnly) return { pairs: copies, bad, compared: usable.length, featureless: 0, candidates: 0, complete: true };
  const roles = [...new Set(parts.map(({ role }) => role))];
  const stacked = new Uint8Array(usable.length * SIZE ** 2);
  thumbnails.forEach((thumbnail, position) => stacked.set(thumbnail, position * SIZE ** 2));
  const near = findNearDuplicates(stacked, { threshold, groups: usable.map(({ part }) => roles.indexOf(part.role)) });
  const pairs = near.pairs.filter(({ first, second }) => hashes[first] === undefined || hashes[first] !== hashes[second]);
  return {
    pairs: [...copies, ...pairs.map(({ first, second, correlation }): Duplicate => ({ first: usable[first] as PartImage, second: usable[second] as PartImage, kind: 'near', correlation }))],
    bad,
    compared: usable.length,
    featureless: near.featureless,
    candidates: near.candidates,
    complete: near.complete,
  };
}

async function thumbnailOf({ source }: ManifestImage, copiesOnly: boolean, pool: WorkerPool): Promise<ThumbnailResult> {
  if (source === undefined) throw new Error('Cannot make a thumbnail without an image');
  if ('file' in source) return pool.run('thumbnail', { path: source.file, copiesOnly });
  // A prepared image has no file whose bytes could equal another's
  if (copiesOnly) return { sha256: '' };
  const { cache, index } = source;
  const side = cache.manifest.preparation.imageSize;
  return { sha256: '', thumbnail: shrink({ data: readCachedImage(cache.locate(index)), width: side, height: side, range: CACHED_CLIP_RANGE }) };
}

/** Equal files in parts of different roles: each with the first of every other part, so that a thousand copies are not a million pairs. */
function findCopies(members: readonly PartImage[], hashes: readonly (string | undefined)[]): Duplicate[] {
  const firsts = new Map<string, PartImage[]>();
  const copies: Duplicate[] = [];
  members.forEach((second, position) => {
    const hash = hashes[position];
    if (hash === undefined) return;
    const known = firsts.get(hash) ?? [];
    for (const first of known) if (first.part.role !== second.part.role) copies.push({ first, second, kind: 'copy', correlation: 1 });
    if (!known.some(({ part }) => part === second.part)) firsts.set(hash, [...known, second]);
  });
  return copies;
}
