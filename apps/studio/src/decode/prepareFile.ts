import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { decodeImage } from '@cxr-ifa/datasets';
import { clipPercentile } from '@cxr-ifa/transforms';
import { preparePixels } from './preparePixels.ts';
import { MAXIMUM_PIXELS, readImageBytes } from './readImageBytes.ts';

/** Prepares a file, which was read before, for another encoder. */
export async function prepareFile(file: Blob, preprocessing: Preprocessing): Promise<Float32Array> {
  const { bytes } = await readImageBytes(file);
  const image = await decodeImage(bytes, { maximumPixels: MAXIMUM_PIXELS });
  return preparePixels(clipPercentile(image, [0, preprocessing.clipPercentile]), preprocessing);
}
