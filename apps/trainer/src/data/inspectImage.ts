import { readFile } from 'node:fs/promises';
import { detectFormat, measureQuality, type FileFormat, type ImageQuality } from '@cxr-ifa/datasets';
import { isInputError } from '@cxr-ifa/tensor';
import { clipPercentile, resize } from '@cxr-ifa/transforms';
import { decodeFile } from '../input/decodeFile.ts';
import { shrink } from './makeThumbnail.ts';

/** A file that can be used. */
export interface UsableImage {
  readonly format: FileFormat;
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Mean of the prepared pixels, which are from 0 to 1, and of their squares. */
  readonly mean: number;
  readonly meanOfSquares: number;
  /** What can be said of the pixels as they were decoded. */
  readonly quality: ImageQuality;
  /** 32 x 32 greys, to compare images by. */
  readonly thumbnail: Uint8Array;
}

/** A file that cannot. */
export interface BadImage {
  readonly reason: string;
}

/** What one file is. */
export type ImageFacts = UsableImage | BadImage;

export interface InspectJob {
  readonly path: string;
  /** The percentile above which pixels are clipped. */
  readonly clipPercentile: number;
}

/** The size at which intensities are measured: a mean over pixels hardly depends on it. */
const SIZE = 64;

/** Reads and decodes one file, and measures its intensities as an encoder would see them. */
export async function inspectImage({ path, clipPercentile: upperPercentile }: InspectJob): Promise<ImageFacts> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { reason: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file does not exist' : 'the file cannot be read' };
  }
  try {
    const { image, bits } = await decodeFile(bytes);
    const clipped = clipPercentile(image, [0, upperPercentile]);
    const { data } = resize(clipped, SIZE);
    let [sum, sumOfSquares] = [0, 0];
    for (const value of data) {
      sum += value;
      sumOfSquares += value * value;
    }
    return { format: detectFormat(bytes), width: image.width, height: image.height, bits, mean: sum / data.length, meanOfSquares: sumOfSquares / data.length, quality: measureQuality(image), thumbnail: shrink(clipped) };
  } catch (error) {
    if (isInputError(error)) return { reason: error.message.replace(/^Cannot .*? as /, '') };
    throw error;
  }
}
