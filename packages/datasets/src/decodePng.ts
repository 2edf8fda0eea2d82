import { InputError, isInputError, type GrayImage } from '@cxr-ifa/tensor';
import { inflateZlib, type Inflate } from './inflateZlib.ts';
import { luma } from './luma.ts';
import { readPngChunks, type PngChunks, type PngColour } from './readPngChunks.ts';
import { unfilterScanlines } from './unfilterScanlines.ts';

const SAMPLES: Readonly<Record<PngColour, number>> = { grey: 1, rgb: 3, palette: 1, 'grey-alpha': 2, 'rgb-alpha': 4 };

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

/** A part of the image that is stored in one run of scanlines: the whole image, or one pass of Adam7. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
  readonly lineLength: number;
}

/** No deflate stream swells to more than this many times its length. */
const MAXIMUM_EXPANSION = 1032;

/**
 * Decodes a PNG straight to grey floats.
 *
 * @throws {InputError} If the file is truncated, corrupt or too large.
 */
export async function decodePng(bytes: Uint8Array, { inflate = inflateZlib, maximumPixels }: { inflate?: Inflate | undefined; maximumPixels: number }): Promise<GrayImage> {
  const chunks = readPngChunks(bytes, maximumPixels);
  const bits = SAMPLES[chunks.colour] * chunks.depth;
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
  return toGray(chunks, passes, data);
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
  return new InputError(`Cannot decode the PNG as its compressed data are too short for ${width}x${height} pixels: the file is truncated or corrupt`);
}

function layOutPasses({ width, height, interlaced }: PngChunks, bits: number): Pass[] {
  return (interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const))
    .map(([x, y, stepX, stepY]) => {
      const passWidth = Math.ceil((width - x) / stepX);
      return { x, y, stepX, stepY, width: passWidth, height: Math.ceil((height - y) / stepY), lineLength: Math.ceil((passWidth * bits) / 8) };
    })
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

function toGray(chunks: PngChunks, passes: readonly Pass[], data: Uint8Array): GrayImage {
  const { width, height, depth, colour } = chunks;
  const gray = new Float32Array(width * height);
  const valid = colour.endsWith('alpha') || chunks.transparency ? new Uint8Array(width * height) : undefined;
  const write = pixelWriter(chunks, gray, valid);
  const samples = new Uint16Array(4);
  let line = 0;
  for (const pass of passes) {
    for (let row = 0; row < pass.height; row++, line += pass.lineLength + 1) {
      let to = (pass.y + row * pass.stepY) * width + pass.x;
      if (depth === 8 && colour === 'grey' && !valid) {
        for (let i = line + 1, end = i + pass.width; i < end; i++, to += pass.stepX) gray[to] = data[i] as number;
        continue;
      }
      const count = SAMPLES[colour];
      for (let column = 0; column < pass.width; column++, to += pass.stepX) {
        for (let sample = 0; sample < count; sample++) samples[sample] = readSample(data, line + 1, column * count + sample, depth);
        write(samples, to);
      }
    }
  }
  const masked = valid?.includes(0);
  if (masked && !valid?.includes(1)) throw new InputError('Cannot decode the PNG as all its pixels are transparent');
  return { data: gray, width, height, range: [0, colour === 'palette' ? 255 : 2 ** depth - 1], ...(masked && valid && { valid }) };
}

function readSample(data: Uint8Array, line: number, index: number, depth: number): number {
  if (depth === 8) return data[line + index] as number;
  if (depth === 16) return ((data[line + 2 * index] as number) << 8) | (data[line + 2 * index + 1] as number);
  const bit = index * depth;
  return ((data[line + (bit >> 3)] as number) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

/** How one pixel's samples become a grey value and its validity: the one place that knows the five kinds. */
function pixelWriter({ colour, palette, transparency }: PngChunks, gray: Float32Array, valid: Uint8Array | undefined): (samples: Uint16Array, to: number) => void {
  const key = transparency ? Array.from({ length: transparency.length >> 1 }, (_, i) => ((transparency[2 * i] as number) << 8) | (transparency[2 * i + 1] as number)) : undefined;
  switch (colour) {
    case 'grey':
    case 'grey-alpha':
      return (samples, to) => {
        gray[to] = samples[0] as number;
        if (valid) valid[to] = (colour === 'grey' ? samples[0] !== key?.[0] : samples[1] !== 0) ? 1 : 0;
      };
    case 'rgb':
    case 'rgb-alpha':
      return (samples, to) => {
        gray[to] = luma(samples[0] as number, samples[1] as number, samples[2] as number);
        if (valid) valid[to] = (colour === 'rgb' ? !(samples[0] === key?.[0] && samples[1] === key?.[1] && samples[2] === key?.[2]) : samples[3] !== 0) ? 1 : 0;
      };
    case 'palette': {
      const entries = palette as Uint8Array;
      return (samples, to) => {
        const index = samples[0] as number;
        if (3 * index >= entries.length) throw new InputError(`Cannot decode the PNG as its palette has ${entries.length / 3} colours: current index is ${index}`);
        gray[to] = luma(entries[3 * index] as number, entries[3 * index + 1] as number, entries[3 * index + 2] as number);
        if (valid) valid[to] = (transparency?.[index] ?? 255) !== 0 ? 1 : 0;
      };
    }
  }
}
