import { InputError } from '@cxr-ifa/tensor';
import { checkImageSize } from './checkImageSize.ts';
import { crc32 } from './crc32.ts';

/** What a PNG's header says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits a sample. */
  readonly depth: number;
  readonly colour: PngColour;
  readonly interlaced: boolean;
}

export type PngColour = 'grey' | 'rgb' | 'palette' | 'grey-alpha' | 'rgb-alpha';

/** Samples a pixel. */
export const PNG_SAMPLES: Readonly<Record<PngColour, number>> = { grey: 1, rgb: 3, palette: 1, 'grey-alpha': 2, 'rgb-alpha': 4 };

/** The parts of a PNG that its pixels need. */
export interface PngChunks extends PngHeader {
  /** Red, green and blue of each entry, in a row. */
  readonly palette?: Uint8Array;
  /** The tRNS chunk: alpha of the palette's first entries, or the one transparent sample value. */
  readonly transparency?: Uint8Array;
  /** The zlib stream of all IDAT chunks. */
  readonly compressed: Uint8Array;
}

/** Colour types by their number in the file, with the depths that the standard allows. */
const COLOURS: Readonly<Record<number, readonly [PngColour, depths: readonly number[]]>> = {
  0: ['grey', [1, 2, 4, 8, 16]],
  2: ['rgb', [8, 16]],
  3: ['palette', [1, 2, 4, 8]],
  4: ['grey-alpha', [8, 16]],
  6: ['rgb-alpha', [8, 16]],
};

/**
 * Walks a PNG's chunks, checks the sums of those that matter, and skips the rest unread.
 *
 * @see https://www.w3.org/TR/png-3/
 * @throws {InputError} If the file is truncated, corrupt, or larger than `maximumPixels`.
 */
export function readPngChunks(bytes: Uint8Array, maximumPixels: number): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  for (let offset = 8; ; ) {
    if (offset + 12 > bytes.length) throw new InputError('Cannot decode the PNG as it ends before its end chunk: the file is truncated');
    const length = view.getUint32(offset);
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    const start = offset + 8;
    if (start + length + 4 > bytes.length) throw new InputError(`Cannot decode the PNG as its ${printable(type)} chunk ends outside the file: the file is truncated or corrupt`);
    const body = bytes.subarray(start, start + length);
    if ((header === undefined) !== (type === 'IHDR')) throw new InputError('Cannot decode the PNG as its header must come first, and once');
    const critical = (type.charCodeAt(0) & 32) === 0;
    if ((critical || type === 'tRNS') && crc32(bytes, offset + 4, start + length) !== view.getUint32(start + length)) {
      throw new InputError(`Cannot decode the PNG as the check sum of its ${printable(type)} chunk does not match: the file is corrupt`);
    }
    if (type === 'IHDR') header = readHeader(body, maximumPixels);
    else if (type === 'PLTE') palette = body;
    else if (type === 'tRNS') transparency = body;
    else if (type === 'IDAT') parts.push(body);
    else if (type === 'IEND') break;
    else if (critical) throw new InputError(`Cannot decode the PNG as it needs a chunk of unknown kind: current kind is ${printable(type)}`);
    offset = start + length + 4;
  }
  if (header === undefined || parts.length === 0) throw new InputError('Cannot decode the PNG as it holds no image data');
  if (header.colour === 'palette' && (palette === undefined || palette.length === 0 || palette.length % 3 !== 0)) throw new InputError('Cannot decode the PNG as its palette is missing or broken');
  const { colour } = header;
  if (transparency && (colour.endsWith('alpha') || (colour !== 'palette' && transparency.length !== 2 * PNG_SAMPLES[colour]))) throw new InputError('Cannot decode the PNG as its transparent colour does not fit its kind');
  return { ...header, ...(palette && { palette }), ...(transparency && { transparency }), compressed: concatenate(parts) };
}

function readHeader(body: Uint8Array, maximumPixels: number): PngHeader {
  if (body.length !== 13) throw new InputError(`Cannot decode the PNG as its header must have 13 bytes: current length is ${body.length}`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, type, compression, filter, interlace] = body.subarray(8) as unknown as [number, number, number, number, number];
  const [colour, depths] = COLOURS[type] ?? [];
  if (colour === undefined || !depths?.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    throw new InputError(`Cannot decode the PNG as its header is not one of the standard's: depth ${depth}, colour type ${type}, compression ${compression}, filter ${filter}, interlace ${interlace}`);
  }
  checkImageSize('PNG', width, height, maximumPixels);
  return { width, height, depth, colour, interlaced: interlace === 1 };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** A chunk's kind as the message may show it: hostile bytes stay out of terminals. */
function printable(type: string): string {
  return /^[A-Za-z]{4}$/.test(type) ? type : 'unnamed';
}
