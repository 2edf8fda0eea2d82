import { crc32, deflateSync } from 'node:zlib';

/** A greyscale PNG of 8 or 16 bits, so that tests have files of their own making. */
export function encodePng(width: number, height: number, samples: ArrayLike<number>, depth: 8 | 16 = 8): Buffer {
  const line = 1 + (width * depth) / 8; // a filter byte (none) before each row
  const raw = Buffer.alloc(height * line);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sample = samples[y * width + x] as number;
      if (depth === 8) raw.writeUInt8(sample, y * line + 1 + x);
      else raw.writeUInt16BE(sample, y * line + 1 + 2 * x);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const result = Buffer.alloc(body.length + 8);
  result.writeUInt32BE(data.length, 0);
  body.copy(result, 4);
  result.writeUInt32BE(crc32(body), body.length + 4);
  return result;
}
