import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isInputError, type GrayImage } from '@cxr-ifa/tensor';
import { clipPercentile, resize } from '@cxr-ifa/transforms';
import { decodeFile } from '../input/decodeFile.ts';

export interface ThumbnailJob {
  readonly path: string;
  /** Only hash the file's bytes. */
  readonly copiesOnly: boolean;
}

/** A file's bytes as a hash and, unless only that was asked for, its image as 32 x 32 greys from 0 to 255; or why it cannot be used. */
export type ThumbnailResult = { readonly sha256: string; readonly thumbnail?: Uint8Array } | { readonly reason: string };

/** The side of a thumbnail: what near-duplicates are compared by. */
export const SIZE = 32;

/** The percentile above which pixels are clipped: as images are prepared by default, so that thumbnails of files and of prepared images are alike. */
const CLIP = 99;

/** Reads a file, hashes it and makes its thumbnail. */
export async function makeThumbnail({ path, copiesOnly }: ThumbnailJob): Promise<ThumbnailResult> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { reason: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file does not exist' : 'the file cannot be read' };
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (copiesOnly) return { sha256 };
  try {
    const { image } = await decodeFile(bytes);
    return { sha256, thumbnail: shrink(clipPercentile(image, [0, CLIP])) };
  } catch (error) {
    if (isInputError(error)) return { reason: error.message.replace(/^Cannot .*? as /, '') };
    throw error;
  }
}

/** The thumbnail of an image whose pixels are from 0 to 1. */
export function shrink(image: GrayImage): Uint8Array {
  return Uint8Array.from(resize(image, SIZE).data, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
}
