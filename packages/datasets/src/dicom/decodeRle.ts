import { InputError } from '@cxr-ifa/tensor';
import type { PixelDescription } from './describePixels.ts';

/** 16 integers of 32 bits: the number of segments, and where each starts. */
const HEADER_LENGTH = 64;

/**
 * Decodes a frame of RLE Lossless: one PackBits segment for each byte of a sample, the highest first, plane by plane.
 *
 * @returns Cells, plane by plane where there are several samples a pixel.
 * @see DICOM PS3.5, annex G
 * @throws {InputError} If the frame is truncated or has not the announced size.
 */
export function decodeRle(stream: Uint8Array, { width, height, samplesPerPixel, bitsAllocated }: Pick<PixelDescription, 'width' | 'height' | 'samplesPerPixel' | 'bitsAllocated'>): Uint8Array | Uint16Array {
  if (stream.length < HEADER_LENGTH) throw truncated();
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const bytesPerSample = bitsAllocated / 8;
  const segments = samplesPerPixel * bytesPerSample;
  const found = view.getUint32(0, true);
  if (found !== segments) throw new InputError(`Cannot decode the DICOM as its RLE data must have ${segments} segments: current number is ${found}`);
  const pixels = width * height;
  const cells = new Uint8Array(pixels * segments);
  for (let segment = 0; segment < segments; segment++) {
    const start = view.getUint32(4 * (segment + 1), true);
    const end = segment + 1 < segments ? view.getUint32(4 * (segment + 2), true) : stream.length;
    if (start < HEADER_LENGTH || start > end || end > stream.length) throw truncated();
    const sample = Math.floor(segment / bytesPerSample);
    const byte = bytesPerSample - 1 - (segment % bytesPerSample);
    unpackBits(stream.subarray(start, end), cells, sample * pixels * bytesPerSample + byte, bytesPerSample, pixels);
  }
  return bitsAllocated === 8 ? cells : new Uint16Array(cells.buffer);
}

/** Writes `count` bytes to every `step`th place from `to`: runs of copies, and runs of one value. */
function unpackBits(packed: Uint8Array, cells: Uint8Array, to: number, step: number, count: number): void {
  const end = to + count * step;
  for (let from = 0; to < end; ) {
    if (from >= packed.length) throw truncated();
    const control = packed[from++] as number;
    if (control === 128) continue;
    const copied = control < 128;
    const stop = Math.min(end, to + (copied ? control + 1 : 257 - control) * step);
    if (copied) {
      if (from + (stop - to) / step > packed.length) throw truncated();
      for (; to < stop; to += step) cells[to] = packed[from++] as number;
    } else {
      const value = packed[from++];
      if (value === undefined) throw truncated();
      for (; to < stop; to += step) cells[to] = value;
    }
  }
}

function truncated(): InputError {
  return new InputError('Cannot decode the DICOM as its RLE data end too early: the file is truncated or corrupt');
}
