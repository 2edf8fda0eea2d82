import { InputError } from '@cxr-ifa/tensor';
import type { JpegDecoder } from '../decodeJpeg.ts';
import { decodeCodestream } from './decodeCodestream.ts';
import { decodeRle } from './decodeRle.ts';
import type { PixelDescription } from './describePixels.ts';
import { bytesOf } from './elementValues.ts';
import { encapsulatedFrame } from './encapsulatedFrame.ts';
import { PIXEL_DATA, type DataElement, type DataSet } from './readDataSet.ts';
import type { DicomFile } from './readDicomFile.ts';

/** The samples of one frame as they lie in memory. A sample is `bits` bits of its cell, from bit `shift` on, in two's complement where `signed`. */
export interface StoredSamples {
  /** Only to be read: it may be the file's own bytes. */
  readonly cells: Uint8Array | Uint16Array;
  readonly bits: number;
  readonly shift: number;
  readonly signed: boolean;
  /** Whether colours lie plane by plane, and not pixel by pixel. */
  readonly planar: boolean;
}

/**
 * Takes one frame's samples out of the file, decompressed where need be.
 *
 * @param frame From 0.
 * @throws {InputError} If the pixel data are truncated, corrupt, or not of the announced size.
 */
export async function storedSamples({ dataSet, transferSyntax }: DicomFile, description: PixelDescription, frame: number, decodeJpeg?: JpegDecoder): Promise<StoredSamples> {
  const { bitsStored, highBit, signed, planar } = description;
  const layout = { bits: bitsStored, shift: highBit + 1 - bitsStored, signed, planar };
  const { compression, lossy } = transferSyntax;
  if (compression === undefined) return { ...layout, cells: nativeFrame(dataSet, description, frame) };
  const stream = encapsulatedFrame(dataSet, description.frames, frame);
  if (compression === 'RLE') return { ...layout, cells: decodeRle(stream, description), planar: true };
  const decoded = await decodeCodestream(stream, compression, description, decodeJpeg);
  // A lossy codec returns what it makes of the samples, which may lie beyond the bits that are stored, and must not be cut to them
  const bits = lossy || decoded.lossy ? { bits: Math.max(decoded.precision, bitsStored), shift: 0 } : {};
  return { ...layout, ...bits, cells: decoded.cells, planar: decoded.planar };
}

/** The value that a cell of these samples holds. */
export function storedValue({ bits, shift, signed }: Omit<StoredSamples, 'cells' | 'planar'>, cell: number): number {
  const code = (cell >> shift) & (2 ** bits - 1);
  return signed && code >= 2 ** (bits - 1) ? code - 2 ** bits : code;
}

/** The value of each code that these samples can have. */
export function storedValues({ bits, signed }: Pick<StoredSamples, 'bits' | 'signed'>): Float64Array {
  return new Float64Array(2 ** bits).map((_, code) => storedValue({ bits, shift: 0, signed }, code));
}

function nativeFrame(dataSet: DataSet, { width, height, samplesPerPixel, bitsAllocated, frames, photometric }: PixelDescription, frame: number): Uint8Array | Uint16Array {
  const element = dataSet.elements.get(PIXEL_DATA) as DataElement;
  if (element.length === undefined) throw new InputError('Cannot decode the DICOM as its pixel data are wrapped in fragments, which its transfer syntax does not know');
  if (photometric === 'YBR_FULL_422') throw new InputError('Cannot decode the DICOM as YBR_FULL_422 is supported in JPEG only');
  const count = width * height * samplesPerPixel;
  const length = count * (bitsAllocated / 8);
  const whole = bytesOf(dataSet, PIXEL_DATA) ?? new Uint8Array(0);
  if (whole.length < length * frames) throw new InputError(`Cannot decode the DICOM as its pixel data must have ${length * frames} bytes: current length is ${whole.length}`);
  const bytes = whole.subarray(frame * length, (frame + 1) * length);
  const { littleEndian } = dataSet.encoding;
  // In big endian, 8-bit samples written as 16-bit words stand in the wrong order two by two
  if (bitsAllocated === 8) return littleEndian || element.vr !== 'OW' ? bytes : swapBytes(whole).subarray(frame * length, (frame + 1) * length);
  if (!littleEndian) return asWords(swapBytes(bytes));
  return asWords(bytes.byteOffset % 2 === 0 ? bytes : bytes.slice());
}

/** Little-endian 16-bit numbers, as every JavaScript engine has them in memory. */
function asWords(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
}

function swapBytes(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    swapped[i] = bytes[i + 1] as number;
    swapped[i + 1] = bytes[i] as number;
  }
  return swapped;
}
