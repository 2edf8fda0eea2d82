import type { StoredSamples } from './storedSamples.ts';

/** 1 for each code that a sample has. */
export function occurringCodes({ cells, bits, shift }: StoredSamples): Uint8Array {
  const occurring = new Uint8Array(2 ** bits);
  const mask = 2 ** bits - 1;
  const { words, from, to } = wordsOf(cells, bits);
  // Four bytes a time take a third of the time, and whole images of bytes are the most frequent
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    occurring[word & 255] = 1;
    occurring[(word >>> 8) & 255] = 1;
    occurring[(word >>> 16) & 255] = 1;
    occurring[word >>> 24] = 1;
  }
  for (let i = 0; i < from; i++) occurring[((cells[i] as number) >> shift) & mask] = 1;
  for (let i = to; i < cells.length; i++) occurring[((cells[i] as number) >> shift) & mask] = 1;
  return occurring;
}

/** The table's entry for each sample's code. */
export function pixelsByCode({ cells, bits, shift }: StoredSamples, table: Float32Array): Float32Array {
  const identical = shift === 0 && bits === 8 * cells.BYTES_PER_ELEMENT && table.every((value, code) => value === code);
  if (identical) return new Float32Array(cells); // at the memory's speed
  const pixels = new Float32Array(cells.length);
  const mask = 2 ** bits - 1;
  const { words, from, to } = wordsOf(cells, bits);
  for (let i = 0, at = from; i < words.length; i++, at += 4) {
    const word = words[i] as number;
    pixels[at] = table[word & 255] as number;
    pixels[at + 1] = table[(word >>> 8) & 255] as number;
    pixels[at + 2] = table[(word >>> 16) & 255] as number;
    pixels[at + 3] = table[word >>> 24] as number;
  }
  for (let i = 0; i < from; i++) pixels[i] = table[((cells[i] as number) >> shift) & mask] as number;
  for (let i = to; i < cells.length; i++) pixels[i] = table[((cells[i] as number) >> shift) & mask] as number;
  return pixels;
}

/** The part of whole bytes that can be read as 32-bit words, which must begin at multiples of four; none where cells are no whole bytes. */
function wordsOf(cells: Uint8Array | Uint16Array, bits: number): { words: Uint32Array; from: number; to: number } {
  if (cells.BYTES_PER_ELEMENT > 1 || bits !== 8) return { words: new Uint32Array(0), from: 0, to: 0 };
  const from = Math.min(-cells.byteOffset & 3, cells.length);
  const length = (cells.length - from) >> 2;
  return { words: new Uint32Array(cells.buffer, cells.byteOffset + from, length), from, to: from + 4 * length };
}
