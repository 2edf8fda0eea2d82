import { InputError } from '@cxr-ifa/tensor';
import type { JpegDecoder } from '../decodeJpeg.ts';
import type { PixelDescription } from './describePixels.ts';
import { loadNativeCodecs } from './nativeCodecs.ts';
import { readCodestreamHeader, type CodestreamHeader } from './readCodestreamHeader.ts';
import type { Compression } from './transferSyntaxes.ts';

/** Decoded cells: 8 bits each up to a precision of 8, else 16. */
export type DecodedCodestream = Pick<CodestreamHeader, 'precision' | 'lossy' | 'planar'> & { readonly cells: Uint8Array | Uint16Array };

const JP2_SIGNATURE = 0x6a502020;
const JP2_CODESTREAM = 0x6a703263;

/**
 * Decodes one frame of JPEG, JPEG-LS or JPEG 2000, after its own header was held against DICOM's.
 *
 * @param decodeJpeg The host's decoder, used for 8-bit grey JPEG.
 * @throws {InputError} If the data are truncated, corrupt, or not of the announced size.
 */
export async function decodeCodestream(wrapped: Uint8Array, compression: Exclude<Compression, 'RLE'>, description: PixelDescription, decodeJpeg?: JpegDecoder): Promise<DecodedCodestream> {
  const stream = compression === 'JPEG 2000' ? unwrap(wrapped) : wrapped;
  const header = readCodestreamHeader(stream, compression);
  const { width, height, samplesPerPixel, bitsAllocated } = description;
  const { precision } = header;
  if (header.width !== width || header.height !== height || header.components !== samplesPerPixel) {
    throw new InputError(`Cannot decode the DICOM as its header and its ${compression} data disagree: ${width}x${height}x${samplesPerPixel} and ${header.width}x${header.height}x${header.components}`);
  }
  if (!(precision >= 2 && precision <= bitsAllocated)) throw new InputError(`Cannot decode the DICOM as its ${compression} data must have 2 to ${bitsAllocated} bits a sample: current precision is ${precision}`);
  if (samplesPerPixel > 1 && precision > 8) throw new InputError(`Cannot decode the DICOM as compressed colours must have at most 8 bits a sample: current precision is ${precision}`);
  // CharLS looks half a minute for the end of corrupt data whose end marker is missing
  if (compression === 'JPEG-LS' && !endsByMarker(stream)) throw new InputError('Cannot decode the DICOM as its JPEG-LS data are truncated or corrupt: their end marker is missing');
  let cells: Uint8Array | Uint16Array;
  try {
    const lent = decodeJpeg && compression === 'JPEG' && header.lossy && precision === 8 && samplesPerPixel === 1;
    cells = lent ? firstChannel(await decodeJpeg(stream)) : (await loadNativeCodecs()).decode(stream, compression, header);
  } catch (error) {
    // A module that gives up, or a decoder that stumbles, throws errors of its own making too, which explain nothing
    const reason = error instanceof Error && error.name === 'Error' ? `: ${error.message}` : '';
    throw new InputError(`Cannot decode the DICOM as its ${compression} data are truncated or corrupt${reason}`, { cause: error });
  }
  const expected = width * height * samplesPerPixel;
  if (cells.length !== expected) throw new InputError(`Cannot decode the DICOM as its ${compression} data must hold ${expected} samples: current number is ${cells.length}`);
  return { ...header, cells };
}

/** The codestream of a JP2 file, whose wrapping DICOM forbids and some writers leave on. */
function unwrap(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(4) !== JP2_SIGNATURE) return bytes;
  for (let offset = 0; offset + 8 <= bytes.length; ) {
    const length = view.getUint32(offset);
    if (view.getUint32(offset + 4) === JP2_CODESTREAM) return bytes.subarray(offset + 8, length > 8 ? offset + length : undefined);
    if (length < 8) break;
    offset += length;
  }
  return bytes;
}

/** Whether the end marker comes last, but for padding. */
function endsByMarker(stream: Uint8Array): boolean {
  let end = stream.length;
  while (stream[end - 1] === 0) end--;
  return stream[end - 2] === 0xff && stream[end - 1] === 0xd9;
}

function firstChannel({ data, channels }: Awaited<ReturnType<JpegDecoder>>): Uint8Array {
  const gray = new Uint8Array(data.length / channels);
  for (let i = 0; i < gray.length; i++) gray[i] = data[i * channels] as number;
  return gray;
}
