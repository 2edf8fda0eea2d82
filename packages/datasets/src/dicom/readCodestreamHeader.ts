import { InputError } from '@cxr-ifa/tensor';
import { checkPackets } from './checkPackets.ts';
import type { Compression } from './transferSyntaxes.ts';

/** What the header of a codestream says, whatever DICOM's says. */
export interface CodestreamHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bits a sample. */
  readonly precision: number;
  readonly lossy: boolean;
  /** Whether components are stored one after the other. */
  readonly planar: boolean;
}

/** OpenJPEG keeps some kilobytes for each tile that a header announces. */
const MAXIMUM_TILES = 4096;
const FRAMES: Readonly<Record<number, { compression: Compression; lossy: boolean }>> = {
  0xc0: { compression: 'JPEG', lossy: true },
  0xc1: { compression: 'JPEG', lossy: true },
  0xc3: { compression: 'JPEG', lossy: false },
  0xf7: { compression: 'JPEG-LS', lossy: false },
};

/**
 * Reads a codestream's own header, so that no codec allocates or writes by sizes that were not checked.
 *
 * @throws {InputError} If it is no codestream of this kind, or a variant that is not supported.
 */
export function readCodestreamHeader(stream: Uint8Array, compression: Exclude<Compression, 'RLE'>): CodestreamHeader {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  try {
    return compression === 'JPEG 2000' ? readSize(view) : readFrame(view, compression);
  } catch (error) {
    // A DataView's way to say that the bytes end
    if (error instanceof RangeError) throw new InputError(`Cannot decode the DICOM as its ${compression} data end in their header: the file is truncated or corrupt`);
    throw error;
  }
}

/** JPEG and JPEG-LS: segments up to the first scan. ITU-T T.81, annex B; T.87, annex C. */
function readFrame(view: DataView, compression: 'JPEG' | 'JPEG-LS'): CodestreamHeader {
  if (view.getUint16(0) !== 0xffd8) throw new InputError(`Cannot decode the DICOM as its pixel data are no ${compression} codestream`);
  let header: CodestreamHeader | undefined;
  for (let offset = 2; ; ) {
    while (view.getUint16(offset) === 0xffff) offset++;
    const marker = view.getUint16(offset) & 0xff;
    if (view.getUint8(offset) !== 0xff || marker === 0xd9) throw new InputError(`Cannot decode the DICOM as its ${compression} data are corrupt: a marker is missing in their header`);
    const length = view.getUint16(offset + 2);
    if (marker === 0xda && header) {
      if (compression === 'JPEG') return header;
      // Behind the components: the error that near-lossless coding allows, and how components are interleaved
      const components = view.getUint8(offset + 4);
      return { ...header, lossy: view.getUint8(offset + 5 + 2 * components) > 0, planar: view.getUint8(offset + 6 + 2 * components) === 0 };
    }
    const isFrame = marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
    if (isFrame) {
      const frame = FRAMES[marker];
      if (frame?.compression !== compression) throw new InputError(`Cannot decode the DICOM as its ${compression} data are of a process that is not supported: current frame marker is 0xff${marker.toString(16)}`);
      if (header) throw new InputError(`Cannot decode the DICOM as its ${compression} data must have one frame: they have several`);
      header = { precision: view.getUint8(offset + 4), height: view.getUint16(offset + 5), width: view.getUint16(offset + 7), components: view.getUint8(offset + 9), lossy: frame.lossy, planar: false };
    }
    offset += 2 + Math.max(2, length);
  }
}

/** JPEG 2000: the SIZ segment, which must come first. ITU-T T.800, annex A. */
function readSize(view: DataView): CodestreamHeader {
  if (view.getUint32(0) !== 0xff4fff51) throw new InputError('Cannot decode the DICOM as its pixel data are no JPEG 2000 codestream');
  const [right, bottom, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from({ length: 8 }, (_, index) => view.getUint32(8 + 4 * index)) as [number, number, number, number, number, number, number, number];
  const tiles = Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight);
  if (!(tiles >= 1 && tiles <= MAXIMUM_TILES)) throw new InputError(`Cannot decode the DICOM as its JPEG 2000 data must have 1 to ${MAXIMUM_TILES} tiles: current number is ${tiles}`);
  const components = view.getUint16(40);
  const precision = (view.getUint8(42) & 0x7f) + 1;
  for (let component = 0; component < Math.min(components, 3); component++) {
    const at = 42 + 3 * component;
    if ((view.getUint8(at) & 0x7f) + 1 !== precision || view.getUint16(at + 1) !== 0x0101) throw new InputError('Cannot decode the DICOM as the components of its JPEG 2000 data must have one size and precision');
  }
  checkPackets(view, { tiles, tileWidth: Math.min(tileWidth, right - left), tileHeight: Math.min(tileHeight, bottom - top), components });
  return { width: right - left, height: bottom - top, components, precision, lossy: false, planar: false };
}
