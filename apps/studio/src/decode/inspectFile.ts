import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { decodeImage, dicomRecord, measureQuality } from '@cxr-ifa/datasets';
import { isInputError, type GrayImage } from '@cxr-ifa/tensor';
import { clipPercentile, resize } from '@cxr-ifa/transforms';
import { grayPicture } from './grayPicture.ts';
import type { Inspected, Refused } from './inspected.ts';
import { preparePixels } from './preparePixels.ts';
import { hexOf, pseudonymOf } from './pseudonym.ts';
import { MAXIMUM_PIXELS, readImageBytes } from './readImageBytes.ts';

/** The longer side of a thumbnail. */
const THUMBNAIL = 176;
const ID_LENGTH = 24;

/** What {@link inspectFile} is told. */
export interface InspectOptions {
  readonly preprocessing: Preprocessing;
  /** The session's key for pseudonyms. */
  readonly key: Uint8Array<ArrayBuffer>;
}

/** Decodes a file once and takes from it all that the studio keeps; a file that cannot be used gives the reason. */
export async function inspectFile(file: Blob, { preprocessing, key }: InspectOptions): Promise<Inspected | Refused> {
  try {
    const { bytes, format } = await readImageBytes(file);
    const image = await decodeImage(bytes, { maximumPixels: MAXIMUM_PIXELS });
    const id = hexOf(await crypto.subtle.digest('SHA-256', bytes), ID_LENGTH);
    const clipped = clipPercentile(image, [0, preprocessing.clipPercentile]);
    const { patient, view } = format === 'DICOM' ? await dicomRecord(bytes, '') : {};
    return {
      id,
      width: image.width,
      height: image.height,
      format,
      bits: 'bits' in image ? image.bits : Math.round(Math.log2(image.range[1] + 1)),
      ...(patient !== undefined && { patient: await pseudonymOf(patient, key) }),
      ...(view !== undefined && { view }),
      quality: measureQuality(image),
      thumbnail: await grayPicture(shrink(clipped), 'image/jpeg'),
      pixels: preparePixels(clipped, preprocessing),
    };
  } catch (error) {
    if (isInputError(error)) return { reason: error.message };
    throw error;
  }
}

function shrink(image: GrayImage): GrayImage {
  const scale = Math.min(1, THUMBNAIL / Math.max(image.width, image.height));
  return resize(image, Math.max(1, Math.round(scale * image.width)), Math.max(1, Math.round(scale * image.height)));
}
