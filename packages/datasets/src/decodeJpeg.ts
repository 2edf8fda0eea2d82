import { InputError, type GrayImage } from '@cxr-ifa/tensor';
import jpeg from 'jpeg-js';
import { luma } from './luma.ts';
import { readJpegHeader } from './readJpegHeader.ts';

/** A decoded JPEG: 8-bit samples, `channels` of them a pixel (1 grey, 3 RGB, 4 RGBA), rows from the top. */
export interface JpegSamples {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** Decodes the bytes of a JPEG file; throws on corrupt data instead of filling them in. */
export type JpegDecoder = (bytes: Uint8Array) => JpegSamples | Promise<JpegSamples>;

/**
 * Decodes a JPEG to grey floats, after its structure and size were checked.
 *
 * @throws {InputError} If the file is truncated, corrupt, too large or of an unsupported kind.
 */
export async function decodeJpeg(bytes: Uint8Array, { decoder = decodeWithJpegJs, maximumPixels }: { decoder?: JpegDecoder | undefined; maximumPixels: number }): Promise<GrayImage> {
  const { width, height } = readJpegHeader(bytes, maximumPixels);
  let samples: JpegSamples;
  try {
    samples = await decoder(bytes);
  } catch (error) {
    // A decoder that stumbles over corrupt data throws errors of its own making too, which explain nothing
    const reason = error instanceof Error && error.name === 'Error' ? `: ${error.message}` : '';
    throw new InputError(`Cannot decode the JPEG as its data are corrupt${reason}`, { cause: error });
  }
  const { data, channels } = samples;
  if (samples.width !== width || samples.height !== height || data.length !== width * height * channels) {
    throw new InputError(`Cannot decode the JPEG as its header and its data disagree: ${width}x${height} and ${samples.width}x${samples.height}`);
  }
  const gray = new Float32Array(width * height);
  if (channels === 1) gray.set(data);
  else for (let i = 0, from = 0; i < gray.length; i++, from += channels) gray[i] = luma(data[from] as number, data[from + 1] as number, data[from + 2] as number);
  return { data: gray, width, height, range: [0, 255] };
}

function decodeWithJpegJs(bytes: Uint8Array): JpegSamples {
  // The header has been checked against the caller's limit, so jpeg-js's own, which is process-wide, stays out of the way
  const { data, width, height } = jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, maxResolutionInMP: 1e6, maxMemoryUsageInMB: 8192 });
  return { data, width, height, channels: 3 };
}
