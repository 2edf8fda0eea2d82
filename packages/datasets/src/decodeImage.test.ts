import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { isInputError, type GrayImage } from '@cxr-ifa/tensor';
import { expectClose } from '@cxr-ifa/testing';
import { describe, expect, it } from 'vitest';
import golden from '../golden/images.json' with { type: 'json' };
import { decodeImage, detectFormat } from './index.ts';

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));
const [grey8] = golden.png.filter(({ name }) => name === 'grey 8 bit');
const [progressive] = golden.jpeg.filter(({ name }) => name === 'grey progressive');
const PNG = bytesOf((grey8 as { base64: string }).base64);
const JPEG = bytesOf((progressive as { base64: string }).base64);

/** The one sentence that refusing a file gives. */
async function refusal(bytes: Uint8Array, options?: Parameters<typeof decodeImage>[1]): Promise<string> {
  try {
    await decodeImage(bytes, options);
  } catch (error) {
    if (!isInputError(error)) throw error;
    expect((error as Error).message).not.toMatch(/[\n.]$/);
    return (error as Error).message;
  }
  return 'accepted';
}

function chunk(type: string, body: Uint8Array): Buffer {
  const data = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(data));
  return Buffer.concat([length, data, sum]);
}

/** A PNG with a header of one's choice. */
function png(header: { width: number; height: number; depth?: number; type?: number }, data: Uint8Array, ...before: Buffer[]): Uint8Array {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(header.width);
  body.writeUInt32BE(header.height, 4);
  body.set([header.depth ?? 8, header.type ?? 0, 0, 0, 0], 8);
  return Uint8Array.from(Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', body), ...before, chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]));
}

describe('decodeImage of PNG', () => {
  it.each(golden.png)('reads $name', async ({ base64, values, high }) => {
    const image = await decodeImage(bytesOf(base64));
    expect([image.width, image.height, ...image.range]).toEqual([golden.width, golden.height, 0, high]);
    expect(image.valid).toBeUndefined();
    await expectClose(image.data, values, { absolute: 1e-3, relative: 1e-6 });
  });

  it.each(golden.transparency)('marks what is transparent: $name', async ({ base64, values, invalid }) => {
    const { data, valid } = await decodeImage(bytesOf(base64));
    await expectClose(data, values);
    expect([...(valid as Uint8Array)].flatMap((value, index) => (value === 0 ? [index] : []))).toEqual(invalid);
  });

  it('keeps the value of a colour that is grey to the last bit', async () => {
    const scanline = Uint8Array.from([0, ...Array.from({ length: 256 }, (_, value) => [value, value, value]).flat()]);
    const { data } = await decodeImage(png({ width: 256, height: 1, type: 2 }, deflateSync(scanline)));
    expect([...data]).toEqual(Array.from({ length: 256 }, (_, value) => value));
  });

  it('uses the host’s inflate, which gives the same', async () => {
    const lent: number[] = [];
    const inflate = (data: Uint8Array, maximumLength: number): Uint8Array => {
      lent.push(maximumLength);
      return inflateSync(data, { maxOutputLength: maximumLength });
    };
    expect(await decodeImage(PNG, { inflate })).toEqual(await decodeImage(PNG));
    expect(lent).toEqual([golden.height * (golden.width + 1)]);
  });

  it('refuses every truncation', async () => {
    const messages = new Set<string>();
    for (let length = 1; length < PNG.length; length++) messages.add((await refusal(PNG.subarray(0, length))).replace(/its \w+ chunk/, 'its … chunk'));
    expect([...messages]).toMatchInlineSnapshot(`
      [
        "Cannot decode the image as its bytes are neither PNG, JPEG nor DICOM: the file is no image, or of a kind that is not supported",
        "Cannot decode the PNG as it ends before its … chunk: the file is truncated",
        "Cannot decode the PNG as its … chunk ends outside the file: the file is truncated or corrupt",
      ]
    `);
  });

  it('refuses a changed byte wherever it changes the image', async () => {
    const whole = await decodeImage(PNG);
    for (let index = 0; index < PNG.length; index++) {
      const changed = PNG.slice();
      changed[index]! ^= 0x10;
      const message = await refusal(changed);
      if (message === 'accepted') expect(await decodeImage(changed)).toEqual(whole); // in a comment, or a check sum that does not matter
    }
  });

  it('stops a stream that was made to fill the memory', async () => {
    const bomb = deflateSync(new Uint8Array(16 << 20)); // 16 MiB in 16 KiB
    expect(await refusal(png({ width: 100, height: 100 }, bomb))).toMatchInlineSnapshot(`"Cannot decompress the data as they hold more than the header announces"`);
    expect(await refusal(png({ width: 100, height: 100 }, bomb), { inflate: (data, maximumLength) => inflateSync(data, { maxOutputLength: maximumLength }) })).toMatchInlineSnapshot(`"Cannot decode the PNG as its compressed data are truncated, corrupt, or more than its header announces: Cannot create a Buffer larger than 10100 bytes"`);
  });

  it('refuses by the header, before anything is allocated', async () => {
    expect([
      await refusal(png({ width: 1e5, height: 1e5 }, deflateSync(new Uint8Array(1)))),
      await refusal(png({ width: 10_000, height: 10_000, depth: 16, type: 6 }, deflateSync(new Uint8Array(1)))),
      await refusal(PNG, { maximumPixels: 98 }),
      await refusal(png({ width: 0, height: 4 }, deflateSync(new Uint8Array(4)))),
      await refusal(png({ width: 4, height: 4, depth: 3 }, deflateSync(new Uint8Array(20)))),
      await refusal(png({ width: 4, height: 1, type: 3 }, deflateSync(new Uint8Array(5)))),
      await refusal(png({ width: 4, height: 1, type: 3 }, deflateSync(Uint8Array.of(0, 0, 1, 2, 3)), chunk('PLTE', new Uint8Array(9)))),
      await refusal(png({ width: 2, height: 1, type: 4 }, deflateSync(new Uint8Array(5)))),
      await refusal(png({ width: 2, height: 1 }, deflateSync(Uint8Array.of(9, 0, 0)))),
      await refusal(png({ width: 2, height: 1 }, deflateSync(new Uint8Array(3)), chunk('NEWC', new Uint8Array(1)))),
      await refusal(png({ width: 2, height: 1 }, Uint8Array.of(0x78, 0x9c, 0xff, 0xff, 0xff))),
    ]).toMatchInlineSnapshot(`
      [
        "Cannot decode the PNG as it must have at most 100000000 pixels: current size is 100000x100000",
        "Cannot decode the PNG as its compressed data do not fill 10000x10000 pixels: the file is truncated or corrupt",
        "Cannot decode the PNG as it must have at most 98 pixels: current size is 11x9",
        "Cannot decode the PNG as its width and height must be positive: current size is 0x4",
        "Cannot decode the PNG as its header is not one of the standard's: depth 3, colour type 0, compression 0, filter 0, interlace 0",
        "Cannot decode the PNG as its palette is missing or broken",
        "Cannot decode the PNG as its palette has 3 colours: current index is 3",
        "Cannot decode the PNG as all its pixels are transparent",
        "Cannot decode the PNG as its lines have filters 0 to 4: current filter is 9",
        "Cannot decode the PNG as it needs a chunk of unknown kind: current kind is NEWC",
        "Cannot decode the PNG as its compressed data are truncated, corrupt, or more than its header announces: invalid zlib data",
      ]
    `);
  });
});

describe('decodeImage of JPEG', () => {
  it.each(golden.jpeg)('reads $name as libjpeg-turbo does', async ({ base64, values }) => {
    const image = await decodeImage(bytesOf(base64));
    expect([image.width, image.height, ...image.range]).toEqual([26, 19, 0, 255]);
    // Decoders round the inverse cosine transform, and each colour, their own way
    await expectClose(image.data, values, { absolute: 1.6, relative: 0 });
  });

  it('uses the host’s decoder, after the checks', async () => {
    let calls = 0;
    const decodeJpeg = (): { data: Uint8Array; width: number; height: number; channels: 1 } => {
      calls++;
      return { data: new Uint8Array(26 * 19).fill(7), width: 26, height: 19, channels: 1 };
    };
    expect(new Set((await decodeImage(JPEG, { decodeJpeg })).data)).toEqual(new Set([7]));
    await refusal(JPEG.subarray(0, 300), { decodeJpeg });
    expect(calls).toBe(1);
    expect(await refusal(JPEG, { decodeJpeg: () => ({ data: new Uint8Array(6), width: 3, height: 2, channels: 1 }) })).toMatchInlineSnapshot(`"Cannot decode the JPEG as its header and its data disagree: 26x19 and 3x2"`);
    expect(await refusal(JPEG, { decodeJpeg: () => Promise.reject(new Error('bad code')) })).toMatchInlineSnapshot(`"Cannot decode the JPEG as its data are corrupt: bad code"`);
  });

  it('refuses every truncation', async () => {
    for (const { base64 } of golden.jpeg) {
      const whole = bytesOf(base64);
      const messages = new Set<string>();
      for (let length = 3; length < whole.length; length++) messages.add(await refusal(whole.subarray(0, length)));
      expect([...messages]).toEqual(['Cannot decode the JPEG as it ends before its end marker: the file is truncated']);
    }
  });

  it('refuses a scan that was cut and given an end marker', async () => {
    for (const { base64 } of golden.jpeg.filter(({ name }) => name !== 'grey with restarts')) {
      const whole = bytesOf(base64);
      for (let length = 3; length < whole.length - 2; length++) {
        // Between two scans of a progressive file the result is whole, only coarser
        const betweenSegments = whole[length] === 0xff || whole[length - 1] === 0xff;
        if (!betweenSegments) expect(await refusal(Uint8Array.from([...whole.subarray(0, length), 0xff, 0xd9]))).toMatch(/^Cannot decode the JPEG as /);
      }
    }
  });

  it('refuses scans without end, each of which would visit the whole image', async () => {
    const sos = JPEG.findLastIndex((byte, index) => byte === 0xff && JPEG[index + 1] === 0xda);
    const scan = JPEG.subarray(sos, JPEG.length - 2);
    const repeated = Uint8Array.from([...JPEG.subarray(0, sos), ...Array.from({ length: 25 }, () => [...scan]).flat(), 0xff, 0xd9]);
    expect(await refusal(repeated)).toBe('Cannot decode the JPEG as it must have at most 24 scans');
  });

  it('refuses kinds it does not know, and sizes, by the header', async () => {
    const sof = JPEG.findIndex((byte, index) => byte === 0xff && JPEG[index + 1] === 0xc2);
    const changed = (offset: number, ...values: number[]): Uint8Array => {
      const bytes = JPEG.slice();
      bytes.set(values, sof + offset);
      return bytes;
    };
    expect([
      await refusal(JPEG.subarray(0, 200)),
      await refusal(bytesOf(golden.cmyk)),
      await refusal(changed(1, 0xc3)),
      await refusal(changed(1, 0xc9)),
      await refusal(changed(4, 12)),
      await refusal(changed(5, 0, 0)),
      await refusal(changed(5, 0xff, 0xff, 0xff, 0xff)),
      await refusal(changed(5, 0x20, 0, 0x20, 0)),
      await refusal(JPEG, { maximumPixels: 100 }),
    ]).toMatchInlineSnapshot(`
      [
        "Cannot decode the JPEG as it ends before its end marker: the file is truncated",
        "Cannot decode the JPEG as it must have 1 component (grey) or 3 (colour): current number is 4",
        "Cannot decode the JPEG as only baseline, extended and progressive ones are supported: current kind is lossless",
        "Cannot decode the JPEG as only baseline, extended and progressive ones are supported: current kind is arithmetic-coded",
        "Cannot decode the JPEG as its samples must have 8 bits: current precision is 12",
        "Cannot decode the JPEG as its width and height must be positive: current size is 26x0",
        "Cannot decode the JPEG as it must have at most 100000000 pixels: current size is 65535x65535",
        "Cannot decode the JPEG as 372 bytes cannot hold 8192x8192 pixels: the file is truncated or corrupt",
        "Cannot decode the JPEG as it must have at most 100 pixels: current size is 26x19",
      ]
    `);
  });
});

describe('decodeImage', () => {
  it('tells the kind from the bytes', async () => {
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    expect([
      await refusal(new Uint8Array(0)),
      await refusal(text('patient,finding\n1,0\n')),
      await refusal(text('GIF89a...')),
      await refusal(Uint8Array.from([...new Uint8Array(128), ...text('DICM'), 0, 0])),
      await refusal(Uint8Array.of(0xff, 0xd8)),
    ]).toMatchInlineSnapshot(`
      [
        "Cannot decode the image as the file is empty",
        "Cannot decode the image as its bytes are neither PNG, JPEG nor DICOM: the file is no image, or of a kind that is not supported",
        "Cannot decode the image as only PNG, JPEG and DICOM are supported: current kind is GIF",
        "Cannot read the DICOM as the element at byte 132 ends outside the file: it is truncated or corrupt",
        "Cannot decode the image as its bytes are neither PNG, JPEG nor DICOM: the file is no image, or of a kind that is not supported",
      ]
    `);
    expect(detectFormat(JPEG)).toBe('JPEG');
    await expect(decodeImage(PNG, { maximumPixels: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot decode an image as maximumPixels must be positive: current value is 0]`);
  });

  it('survives a thousand damaged files: an image or one sentence, nothing else', async () => {
    let state = 1;
    const random = (bound: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % bound;
    for (let round = 0; round < 1000; round++) {
      const bytes = (round % 2 ? PNG : JPEG).slice();
      for (let change = random(4); change >= 0; change--) bytes[8 + random(bytes.length - 8)] = random(256);
      await refusal(bytes.subarray(0, bytes.length - (round % 5 === 0 ? random(20) : 0)), { maximumPixels: 1e6 });
    }
  });
});

const REAL = new URL('../../../../shared/data/cxr-real/', import.meta.url);
const real = existsSync(REAL);
const filesIn = (folder: string): URL[] => readdirSync(new URL(folder, REAL)).sort().map((name) => new URL(folder + name, REAL));

describe('real radiographs', () => {
  it.skipIf(!real)(`ChestX-ray14's RGBA files are grey (skipped where ../shared/data is absent)`, async () => {
    const files = filesIn('nih1024-originals/');
    expect(files.length).toBe(17);
    let coloured = 0;
    for (const file of files.slice(0, 6)) {
      const bytes = readFileSync(file);
      if (bytes[25] === 6) coloured++;
      const image = await decodeImage(bytes, { inflate: (data, maximumLength) => inflateSync(data, { maxOutputLength: maximumLength }) });
      expect([image.width, image.height, image.valid]).toEqual([1024, 1024, undefined]);
      expect(image.data.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
    }
    expect(coloured).toBeGreaterThan(0);
  });

  it.skipIf(!real)('JPEGs of both sources decode, and truncated ones do not (skipped where ../shared/data is absent)', async () => {
    const files = [...filesIn('kermany224/train/NORMAL/').slice(0, 20), ...filesIn('hannover256/').slice(0, 10)];
    expect(files.length).toBe(30);
    for (const file of files) {
      const bytes = Uint8Array.from(readFileSync(file));
      const image: GrayImage = await decodeImage(bytes);
      expect(image.data.length).toBe(image.width * image.height);
      expect(await refusal(bytes.subarray(0, bytes.length >> 1))).toBe('Cannot decode the JPEG as it ends before its end marker: the file is truncated');
    }
  });
});
