import { inflateRawSync, inflateSync } from 'node:zlib';
import { decodeImage } from '@cxr-ifa/datasets';
import type { GrayImage } from '@cxr-ifa/tensor';

/** Decodes a PNG, JPEG or DICOM file with Node's own zlib, and says how many bits its samples had. */
export async function decodeFile(bytes: Uint8Array): Promise<{ image: GrayImage; bits: number }> {
  const image = await decodeImage(bytes, {
    // In one piece, where the length is known; in pieces that are larger than Node's, where it is only bounded
    inflate: (data, maximumLength) => inflateSync(data, { maxOutputLength: maximumLength, chunkSize: maximumLength + 64 }),
    inflateRaw: (data, maximumLength) => inflateRawSync(data, { maxOutputLength: maximumLength, chunkSize: 2 ** 20 }),
  });
  return { image, bits: 'bits' in image ? image.bits : Math.round(Math.log2(image.range[1] + 1)) };
}
