import { InputError } from '@cxr-ifa/tensor';
import { checkImageSize } from './checkImageSize.ts';

/** What a JPEG's frame header says. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

const SOF_NAMES: Readonly<Record<number, string>> = {
  0xc3: 'lossless',
  0xc5: 'hierarchical',
  0xc6: 'hierarchical progressive',
  0xc7: 'hierarchical lossless',
  0xc9: 'arithmetic-coded',
  0xca: 'arithmetic-coded progressive',
  0xcb: 'arithmetic-coded lossless',
  0xcd: 'arithmetic-coded hierarchical',
  0xce: 'arithmetic-coded hierarchical progressive',
  0xcf: 'arithmetic-coded hierarchical lossless',
};

/** A progressive file has about ten scans. A scan of two dozen bytes can make a decoder visit every block of the image again: many are made to keep it busy. */
const MAXIMUM_SCANS = 24;

/** Every 8x8 block takes at least one bit in the first scan, so a byte holds at most eight blocks. */
const MAXIMUM_PIXELS_A_BYTE = 8 * 64;

/**
 * Walks a JPEG's segments from start to end marker before any decoder sees it: decoders differ in what they forgive,
 * and a half-grey radiograph must not pass for a whole one.
 *
 * @see ITU-T T.81, annex B
 * @throws {InputError} If the file is truncated, too large, or of a kind that 8-bit decoders do not know.
 */
export function readJpegHeader(bytes: Uint8Array, maximumPixels: number): JpegHeader {
  let header: JpegHeader | undefined;
  let scans = 0;
  let offset = 2;
  for (;;) {
    // Markers may be padded with any number of 0xff
    while (bytes[offset] === 0xff && bytes[offset + 1] === 0xff) offset++;
    if (offset + 2 > bytes.length) throw truncated();
    if (bytes[offset] !== 0xff) throw new InputError(`Cannot decode the JPEG as a marker is missing at byte ${offset}: the file is corrupt`);
    const marker = bytes[offset + 1] as number;
    offset += 2;
    if (marker === 0xd9) break;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue; // markers without a segment
    const length = offset + 2 > bytes.length ? NaN : ((bytes[offset] as number) << 8) | (bytes[offset + 1] as number);
    if (!(length >= 2 && offset + length <= bytes.length)) throw truncated();
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (header) throw new InputError('Cannot decode the JPEG as it must have one frame: it has several');
      header = readFrame(marker, bytes.subarray(offset + 2, offset + length), maximumPixels);
    }
    offset += length;
    if (marker === 0xda) {
      if (++scans > MAXIMUM_SCANS) throw new InputError(`Cannot decode the JPEG as it must have at most ${MAXIMUM_SCANS} scans`);
      offset = endOfEntropyData(bytes, offset);
    }
  }
  if (!header || scans === 0) throw new InputError('Cannot decode the JPEG as it holds no image');
  if (header.width * header.height > bytes.length * MAXIMUM_PIXELS_A_BYTE) {
    throw new InputError(`Cannot decode the JPEG as ${bytes.length} bytes cannot hold ${header.width}x${header.height} pixels: the file is truncated or corrupt`);
  }
  return header;
}

function readFrame(marker: number, frame: Uint8Array, maximumPixels: number): JpegHeader {
  const kind = SOF_NAMES[marker];
  if (kind) throw new InputError(`Cannot decode the JPEG as only baseline, extended and progressive ones are supported: current kind is ${kind}`);
  if (frame.length < 6) throw truncated();
  const [precision, high, low, wide, narrow, components] = frame as unknown as [number, number, number, number, number, number];
  if (precision !== 8) throw new InputError(`Cannot decode the JPEG as its samples must have 8 bits: current precision is ${precision}`);
  if (components !== 1 && components !== 3) throw new InputError(`Cannot decode the JPEG as it must have 1 component (grey) or 3 (colour): current number is ${components}`);
  const width = (wide << 8) | narrow;
  const height = (high << 8) | low;
  checkImageSize('JPEG', width, height, maximumPixels);
  return { width, height, components };
}

/** Behind a scan's header come coded bytes, in which 0xff is followed by 0 or by a restart marker. */
function endOfEntropyData(bytes: Uint8Array, start: number): number {
  for (let offset = start; ; offset++) {
    offset = bytes.indexOf(0xff, offset);
    if (offset < 0 || offset + 1 >= bytes.length) throw truncated();
    const next = bytes[offset + 1] as number;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return offset;
  }
}

function truncated(): InputError {
  return new InputError('Cannot decode the JPEG as it ends before its end marker: the file is truncated');
}
