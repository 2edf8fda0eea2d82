import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { encodeNpyHeader } from '@cxr-ifa/checkpoint';
import type { CacheManifest } from './imageCache.ts';

/** A prepared image on its way to the disk. */
export interface PreparedPixels {
  /** From 0 to 1. */
  readonly pixels: Float32Array;
  /** Whether the source had more than 8 bits. */
  readonly deep: boolean;
}

/**
 * Writes a shard, [images, size, size], as a .npy file that NumPy can map into memory: rounded to 8 bits, or to 16 where one of its sources had more.
 *
 * @returns What the manifest says of the shard, but for its name.
 */
export async function writeShard(path: string, images: readonly PreparedPixels[], size: number): Promise<Omit<CacheManifest['shards'][number], 'file'>> {
  const dtype = images.some(({ deep }) => deep) ? 'U16' : 'U8';
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    for (const part of [encodeNpyHeader(dtype, [images.length, size, size]), ...images.map(({ pixels }) => roundTo(dtype, pixels))]) {
      hash.update(part);
      await file.writeFile(part);
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
