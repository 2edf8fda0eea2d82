import { InputError, type GrayImage } from '@cxr-ifa/tensor';
import type { JpegDecoder } from '../decodeJpeg.ts';
import type { Inflate } from '../inflateZlib.ts';
import type { DicomVoi } from './applyVoi.ts';
import { colourToGray } from './colourToGray.ts';
import { describePixels, type PixelDescription } from './describePixels.ts';
import { monochromeToGray } from './monochromeToGray.ts';
import { readDicomFile } from './readDicomFile.ts';
import { storedSamples } from './storedSamples.ts';

/** What the host may lend, how large an image may be, and which frame is wanted. */
export interface DecodeDicomOptions {
  /** A faster decompression of deflate streams without header than the built-in one, such as Node's: `(data, maximumLength) => inflateRawSync(data, { maxOutputLength: maximumLength })`. */
  readonly inflateRaw?: Inflate | undefined;
  /** A faster decoder of 8-bit grey JPEG than the built-in one. */
  readonly decodeJpeg?: JpegDecoder | undefined;
  /** The largest width times height to accept. @default {100_000_000} */
  readonly maximumPixels?: number | undefined;
  /** Which frame to decode, from 0. Without it, a file of several frames is refused. */
  readonly frame?: number | undefined;
  /** Whether the file's window is applied. A viewer that lets it be moved does so itself, from the image's `window` on; the data are then what the modality measured, with nothing cut off. A VOI LUT, which is no window, is applied in any case. @default {true} */
  readonly applyWindow?: boolean | undefined;
}

/** A decoded DICOM image, and how its grey values came about. */
export interface DicomImage extends GrayImage {
  /** Bits a sample in the file. */
  readonly bits: number;
  /** What chose the values of interest; absent for colours. */
  readonly voi?: DicomVoi;
  /** From where to where the file's window reaches, on the scale of the data, where `applyWindow: false` left it out and the file has one. A SIGMOID's are the ends of its tangent. */
  readonly window?: readonly [low: number, high: number];
}

/** Room for everything but the pixels in a deflated file. */
const MAXIMUM_HEADER = 2 ** 24;

/**
 * Decodes a DICOM file into a greyscale image, bright where the body is dense.
 *
 * The chain, in the standard's order: the stored samples (BitsStored of HighBit, signed or not) -> Modality LUT or rescale ->
 * VOI LUT or window (LINEAR, LINEAR_EXACT, SIGMOID; the first of several) -> MONOCHROME1 or PresentationLUTShape INVERSE turned round.
 * Without VOI LUT and window the range is from the lowest to the highest value that is not padding, and `voi` says `extremes`.
 * Padding (PixelPaddingValue, up to PixelPaddingRangeLimit) is 0 in `valid`, the range's lowest value in `data`, and counts in no statistics.
 * Colours become their luma.
 *
 * Transfer syntaxes: implicit and explicit little endian, big endian, deflated, RLE; JPEG baseline, extended (8 and 12 bits) and lossless, JPEG-LS
 * and JPEG 2000, whose decoders (2 MB, WebAssembly) are loaded when the first such file comes.
 *
 * @param bytes The whole file, with or without preamble; only read.
 * @returns The image; its data are those of pydicom's `apply_modality_lut` and `apply_voi_lut`, turned round where need be.
 * @throws {InputError} If the file is truncated, corrupt, too large, or of a kind that is not supported: one sentence that says which.
 *
 * @example
 * ```ts
 * const { data, range, voi } = await decodeDicom(await readBytes('chest.dcm'));
 * ```
 * @see DICOM PS3.3, C.7.6.3 and C.11; PS3.5, section 8 and annex A
 */
export async function decodeDicom(bytes: Uint8Array, { inflateRaw, decodeJpeg, maximumPixels = 100_000_000, frame, applyWindow = true }: DecodeDicomOptions = {}): Promise<DicomImage> {
  const file = await readDicomFile(bytes, { inflateRaw, maximumLength: 2 * maximumPixels + MAXIMUM_HEADER });
  const description = describePixels(file.dataSet, maximumPixels);
  const samples = await storedSamples(file, description, chooseFrame(description, frame), decodeJpeg);
  const { width, height, bitsStored: bits, photometric } = description;
  const gray = photometric.startsWith('MONOCHROME') ? monochromeToGray(samples, file.dataSet, description, applyWindow) : colourToGray(samples, file.dataSet, description);
  return { width, height, bits, ...gray };
}

function chooseFrame({ frames }: PixelDescription, frame: number | undefined): number {
  if (frame === undefined && frames > 1) throw new InputError(`Cannot decode the DICOM as it must be told which of its ${frames} frames is wanted: set frame`);
  const chosen = frame ?? 0;
  if (!(Number.isInteger(chosen) && chosen >= 0 && chosen < frames)) throw new InputError(`Cannot decode the DICOM as its frames are 0 to ${frames - 1}: current frame is ${chosen}`);
  return chosen;
}
