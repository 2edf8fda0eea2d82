import { InputError, type GrayImage } from '@cxr-ifa/tensor';
import { decodeJpeg, type JpegDecoder } from './decodeJpeg.ts';
import { decodePng } from './decodePng.ts';
import { detectFormat } from './detectFormat.ts';
import { decodeDicom, type DecodeDicomOptions, type DicomImage } from './dicom/decodeDicom.ts';
import type { Inflate } from './inflateZlib.ts';

/** What the host may lend the decoder, and how large an image may be. */
export interface DecodeImageOptions extends Pick<DecodeDicomOptions, 'inflateRaw' | 'frame' | 'applyWindow'> {
  /** A faster zlib than the built-in one, such as Node's: `(data, maximumLength) => inflateSync(data, { maxOutputLength: maximumLength, chunkSize: maximumLength + 64 })`. */
  readonly inflate?: Inflate;
  /** A faster JPEG decoder than the built-in one, used for 8-bit grey JPEG in DICOM, too. The file's structure and size are checked before it is called. */
  readonly decodeJpeg?: JpegDecoder;
  /** The largest width times height to accept, checked in the header before any pixel is allocated. @default {100_000_000} */
  readonly maximumPixels?: number;
}

/**
 * Decodes a PNG, JPEG or DICOM file into a greyscale image on the file's own scale; the format is told from the bytes, never from a name.
 *
 * PNG of every kind: 1 to 16 bit, grey, palette, colour, with and without alpha, interlaced. JPEG: 8-bit baseline, extended and progressive, grey or three components.
 * A pixel whose red, green and blue are equal keeps exactly that value (ChestX-ray14 holds such RGBA files);
 * any other becomes its luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), unrounded.
 * DICOM: see {@link decodeDicom}, whose image this returns.
 * Wholly transparent pixels are marked in `valid`; other alpha, gamma, colour profiles and EXIF orientation are left alone.
 *
 * @param bytes The whole file; only read.
 * @param options Faster codecs of the host, and the size limit.
 * @returns The image; its `range` is [0, 2^depth - 1], or what DICOM's chain makes of that.
 * @throws {InputError} If the file is empty, of another kind, truncated, corrupt or too large: one sentence that says which.
 *
 * @example
 * ```ts
 * const image = await decodeImage(await readBytes('00000001_000.png'));
 * ```
 */
export async function decodeImage(bytes: Uint8Array, { inflate, inflateRaw, decodeJpeg: jpegDecoder, maximumPixels = 100_000_000, frame, applyWindow }: DecodeImageOptions = {}): Promise<GrayImage | DicomImage> {
  if (!(maximumPixels > 0)) throw new RangeError(`Cannot decode an image as maximumPixels must be positive: current value is ${maximumPixels}`);
  const format = detectFormat(bytes);
  switch (format) {
    case 'PNG':
      return decodePng(bytes, { inflate, maximumPixels });
    case 'JPEG':
      return decodeJpeg(bytes, { decoder: jpegDecoder, maximumPixels });
    case 'DICOM':
      return decodeDicom(bytes, { inflateRaw, decodeJpeg: jpegDecoder, maximumPixels, frame, applyWindow });
    case 'empty':
      throw new InputError('Cannot decode the image as the file is empty');
    case 'unknown':
      throw new InputError('Cannot decode the image as its bytes are neither PNG, JPEG nor DICOM: the file is no image, or of a kind that is not supported');
    default:
      throw new InputError(`Cannot decode the image as only PNG, JPEG and DICOM are supported: current kind is ${format}`);
  }
}
