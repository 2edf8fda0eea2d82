import { InputError, isInputError, type GrayImage } from '@cxr-ifa/tensor';
import { inflateZlib, type Inflate } from './inflateZlib.ts';
import { pngToGray, type PngPass } from './pngToGray.ts';
import { PNG_SAMPLES, readPngChunks, type PngChunks } from './readPngChunks.ts';
import { unfilterScanlines } from './unfilterScanlines.ts';

/** Adam7: where each pass starts and how far apart its pixels are. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** No deflate stream swells to more than this many times its length. */
const MAXIMUM_EXPANSION = 1032;

/**
 * Decodes a PNG straight to grey floats.
 *
 * @throws {InputError} If the file is truncated, corrupt or too large.
 */
export async function decodePng(bytes: Uint8Array, { inflate = inflateZlib, maximumPixels }: { inflate?: Inflate | undefined; maximumPixels: number }): Promise<GrayImage> {
  const chunks = readPngChunks(bytes, maximumPixels);
  const bits = PNG_SAMPLES[chunks.colour] * chunks.depth;
  const passes = layOutPasses(chunks, bits);
  const expected = passes.reduce((sum, pass) => sum + pass.height * (pass.lineLength + 1), 0);
  if (expected > MAXIMUM_EXPANSION * chunks.compressed.length) throw truncated(chunks);
  const data = await decompress(chunks, expected, inflate);
  const stride = Math.max(1, bits >> 3);
  let offset = 0;
  for (const pass of passes) {
    unfilterScanlines(data, offset, pass.height, pass.lineLength, stride);
    offset += pass.height * (pass.lineLength + 1);
  }
  return pngToGray(chunks, passes, data);
}

async function decompress(chunks: PngChunks, expected: number, inflate: Inflate): Promise<Uint8Array> {
  let data: Uint8Array;
  try {
    data = await inflate(chunks.compressed, expected);
  } catch (error) {
    if (isInputError(error)) throw error;
    throw new InputError(`Cannot decode the PNG as its compressed data are truncated, corrupt, or more than its header announces: ${(error as Error).message}`, { cause: error });
  }
  if (data.length !== expected) throw truncated(chunks);
  return data;
}

function truncated({ width, height }: PngChunks): InputError {
  return new InputError(`Cannot decode the PNG as its compressed data do not fill ${width}x${height} pixels: the file is truncated or corrupt`);
}

function layOutPasses({ width, height, interlaced }: PngChunks, bits: number): PngPass[] {
  return (interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const))
    .map(([x, y, stepX, stepY]) => {
      const passWidth = Math.ceil((width - x) / stepX);
      return { x, y, stepX, stepY, width: passWidth, height: Math.ceil((height - y) / stepY), lineLength: Math.ceil((passWidth * bits) / 8) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}
