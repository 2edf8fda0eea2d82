const BYTES = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** What a byte does to the sum after 1, 2 and 3 more bytes: with these, four bytes are one step instead of four. */
const [ONE, TWO, THREE] = [1, 2, 3].map((further) => BYTES.map((value) => Array.from({ length: further }).reduce((sum: number) => (BYTES[sum & 0xff] as number) ^ (sum >>> 8), value))) as [Uint32Array, Uint32Array, Uint32Array];

/** The CRC-32 of PNG, zip and gzip over `bytes[start..end)`. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  let value = 0xffffffff;
  let index = start;
  for (; index + 4 <= end; index += 4) {
    value ^= (bytes[index] as number) | ((bytes[index + 1] as number) << 8) | ((bytes[index + 2] as number) << 16) | ((bytes[index + 3] as number) << 24);
    value = (THREE[value & 0xff] as number) ^ (TWO[(value >>> 8) & 0xff] as number) ^ (ONE[(value >>> 16) & 0xff] as number) ^ (BYTES[value >>> 24] as number);
  }
  for (; index < end; index++) value = (BYTES[(value ^ (bytes[index] as number)) & 0xff] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
