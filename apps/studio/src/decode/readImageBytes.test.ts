import { describe, expect, it } from 'vitest';
import { readImageBytes } from './readImageBytes.ts';

/** A file that says how much of it was read. */
function fileOf(head: readonly number[], size: number): { file: Blob; read: () => number } {
  let read = 0;
  const part = (from: number, to: number): Pick<Blob, 'size' | 'slice' | 'arrayBuffer'> => ({
    size: to - from,
    slice: (start = 0, end = size) => part(start, Math.min(end, size)) as Blob,
    arrayBuffer: async () => {
      read += to - from;
      return Uint8Array.from({ length: to - from }, (_, index) => head[from + index] ?? 0).buffer;
    },
  });
  return { file: part(0, size) as Blob, read: () => read };
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

describe('readImageBytes', () => {
  it('reads an image whole', async () => {
    const { bytes, format } = await readImageBytes(fileOf(PNG, 1000).file);
    expect([format, bytes.length]).toEqual(['PNG', 1000]);
  });

  it('reads only the beginning of what is no image', async () => {
    const film = fileOf([0x1a, 0x45, 0xdf, 0xa3], 5e9);
    expect((await readImageBytes(film.file)).format).toBe('unknown');
    expect(film.read()).toBe(132);
    expect((await readImageBytes(fileOf([], 0).file)).format).toBe('empty');
  });

  it('refuses a file that would fill the memory before it reads it', async () => {
    const huge = fileOf(PNG, 5e9);
    await expect(readImageBytes(huge.file)).rejects.toThrow('Cannot open the PNG as it must have at most 268435456 bytes: current size is 5000000000');
    expect(huge.read()).toBe(132);
  });
});
