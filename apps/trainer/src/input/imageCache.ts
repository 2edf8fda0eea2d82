import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpyHeader } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { preparationSchema } from './preparation.ts';

/** The file that makes a folder a cache of prepared images. */
export const MANIFEST = 'cache.json';
/** The same as a table: image, file, row. */
export const INDEX = 'index.csv';

/** What `cache.json` says. */
export const manifestSchema = z.object({
  format: z.literal('cxr-ifa-cache-1'),
  /** Hash of the files' paths, sizes and times and of the preparation: equal if nothing changed. */
  key: z.string(),
  preparation: preparationSchema,
  /** Hash of the images' paths and prepared pixels, wherever they lie and whenever they were written. */
  dataHash: z.string(),
  /** NumPy files [images, imageSize, imageSize], uint8 or (where a source was deeper than 8 bits) uint16. */
  shards: z.array(z.object({ file: z.string(), images: z.int().positive(), dtype: z.enum(['U8', 'U16']), sha256: z.string() })),
  /** The images' paths, in the order of the shards' rows. */
  images: z.array(z.string()),
  /** The files that could not be used, and why. */
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type CacheManifest = z.output<typeof manifestSchema>;

/** Where an image lies: a row of a shard. */
export interface ImageLocation {
  readonly shard: string;
  readonly row: number;
}

/** Prepared images on disk. */
export interface ImageCache {
  readonly folder: string;
  readonly manifest: CacheManifest;
  /** Where the image with this index in `manifest.images` lies. */
  locate(index: number): ImageLocation;
}

/**
 * Opens a cache.
 *
 * @returns The cache, or `undefined` if the folder is none.
 * @throws {InputError} If its manifest is damaged or of another version.
 */
export async function openImageCache(folder: string): Promise<ImageCache | undefined> {
  const content = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  const manifest = parseManifest(folder, content);
  const starts: number[] = [];
  let total = 0;
  for (const { images } of manifest.shards) {
    starts.push(total);
    total += images;
  }
  if (total !== manifest.images.length) throw new InputError(`Cannot open the prepared images in ${folder} as their shards must hold ${manifest.images.length} images: current value is ${total}`);
  return {
    folder,
    manifest,
    locate(index) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] as number) <= index) low = middle;
        else high = middle - 1;
      }
      return { shard: join(folder, (manifest.shards[low] as { file: string }).file), row: index - (starts[low] as number) };
    },
  };
}

function parseManifest(folder: string, content: string): CacheManifest {
  try {
    return manifestSchema.parse(JSON.parse(content));
  } catch (error) {
    throw new InputError(`Cannot open the prepared images in ${folder} as their ${MANIFEST} is damaged or of another version: delete the folder to prepare them anew`, { cause: error });
  }
}

interface OpenShard {
  readonly file: number;
  readonly offset: number;
  readonly pixels: number;
  readonly bytes: 1 | 2;
}

const openShards = new Map<string, OpenShard>();
const MAXIMUM_OPEN_SHARDS = 64;

/**
 * Reads one prepared image; the files stay open for the next ones, and the system's page cache makes that as fast as memory.
 *
 * @returns Pixels from 0 to 1.
 */
export function readCachedImage({ shard, row }: ImageLocation): Float32Array {
  const { file, offset, pixels, bytes } = openShard(shard);
  const data = new Uint8Array(pixels * bytes);
  if (readSync(file, data, 0, data.length, offset + row * data.length) !== data.length) {
    throw new InputError(`Cannot read image ${row} of ${shard} as the file is too short: delete its folder to prepare the images anew`);
  }
  const stored = bytes === 1 ? data : new Uint16Array(data.buffer);
  const scale = 1 / (256 ** bytes - 1);
  const image = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) image[i] = (stored[i] as number) * scale; // several times faster than Float32Array.from
  return image;
}

function openShard(path: string): OpenShard {
  const known = openShards.get(path);
  if (known) {
    openShards.delete(path); // to the end: the one that was not used for longest comes first
    openShards.set(path, known);
    return known;
  }
  const file = openSync(path, 'r');
  const header = new Uint8Array(256);
  const { dtype, shape, offset } = decodeNpyHeader(header.subarray(0, readSync(file, header, 0, header.length, 0)));
  if ((dtype !== 'U8' && dtype !== 'U16') || shape.length !== 3) throw new InputError(`Cannot read ${path} as prepared images must be uint8 or uint16 [images, height, width]: current value is ${dtype} [${shape.join(', ')}]`);
  const opened: OpenShard = { file, offset, pixels: (shape[1] as number) * (shape[2] as number), bytes: dtype === 'U8' ? 1 : 2 };
  openShards.set(path, opened);
  if (openShards.size > MAXIMUM_OPEN_SHARDS) {
    const [oldest, { file: unused }] = openShards.entries().next().value as [string, OpenShard];
    openShards.delete(oldest);
    closeSync(unused);
  }
  return opened;
}
