import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { decodeImage } from '@cxr-ifa/datasets';
import { clipPercentile } from '@cxr-ifa/transforms';
import { preparePixels } from './preparePixels.ts';

/** Prepares a file, which was read before, for another encoder. */
export async function prepareFile(file: Blob, preprocessing: Preprocessing): Promise<Float32Array> {
  const image = await decodeImage(new Uint8Array(await file.arrayBuffer()));
  return preparePixels(clipPercentile(image, [0, preprocessing.clipPercentile]), preprocessing);
}
