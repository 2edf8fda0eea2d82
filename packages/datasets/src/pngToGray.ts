import { InputError, type GrayImage } from '@cxr-ifa/tensor';
import { luma } from './luma.ts';
import { PNG_SAMPLES, type PngChunks } from './readPngChunks.ts';

/** A part of the image that is stored in one run of scanlines: the whole image, or one pass of Adam7. */
export interface PngPass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly width: number;
  readonly height: number;
  /** Bytes a scanline, without its filter byte. */
  readonly lineLength: number;
}

/** Writes the pixels of one scanline, which starts at byte `line`, to every `step`th place from `to`. */
type LineWriter = (line: number, count: number, to: number, step: number) => void;

/**
 * Turns unfiltered scanlines into a grey image.
 *
 * @param data The scanlines of all passes, each behind its filter byte.
 * @throws {InputError} If a pixel is outside the palette, or all are transparent.
 */
export function pngToGray(chunks: PngChunks, passes: readonly PngPass[], data: Uint8Array): GrayImage {
  const { width, height, depth, colour, transparency } = chunks;
  const gray = new Float32Array(width * height);
  const valid = colour.endsWith('alpha') || transparency ? new Uint8Array(width * height).fill(1) : undefined;
  const write = chooseWriter(chunks, data, gray, valid);
  let line = 0;
  for (const pass of passes) {
    for (let row = 0; row < pass.height; row++, line += pass.lineLength + 1) write(line + 1, pass.width, (pass.y + row * pass.stepY) * width + pass.x, pass.stepX);
  }
  const masked = valid?.includes(0);
  if (masked && !valid?.includes(1)) throw new InputError('Cannot decode the PNG as all its pixels are transparent');
  return { data: gray, width, height, range: [0, colour === 'palette' ? 255 : 2 ** depth - 1], ...(masked && valid && { valid }) };
}

/** The frequent kinds are made fast: grey of 8 and 16 bits, and 8-bit colour without a transparent one. */
function chooseWriter(chunks: PngChunks, data: Uint8Array, gray: Float32Array, valid: Uint8Array | undefined): LineWriter {
  const { depth, colour, transparency } = chunks;
  if (transparency || colour === 'palette') return sampleWriter(chunks, data, gray, valid);
  if (depth === 8) return colour === 'grey' ? greyByteWriter(data, gray) : byteWriter(PNG_SAMPLES[colour], data, gray, valid);
  return depth === 16 && colour === 'grey' ? greyWordWriter(data, gray) : sampleWriter(chunks, data, gray, valid);
}

function greyByteWriter(data: Uint8Array, gray: Float32Array): LineWriter {
  return (line, count, to, step) => {
    if (step === 1) gray.set(data.subarray(line, line + count), to);
    else for (let from = line, at = to; from < line + count; from++, at += step) gray[at] = data[from] as number;
  };
}

function greyWordWriter(data: Uint8Array, gray: Float32Array): LineWriter {
  return (line, count, to, step) => {
    for (let from = line, end = line + 2 * count, at = to; from < end; from += 2, at += step) gray[at] = ((data[from] as number) << 8) | (data[from + 1] as number);
  };
}

function byteWriter(samples: number, data: Uint8Array, gray: Float32Array, valid: Uint8Array | undefined): LineWriter {
  const coloured = samples >= 3;
  return (line, count, to, step) => {
    for (let from = line, end = line + count * samples, at = to; from < end; from += samples, at += step) {
      const first = data[from] as number;
      // Nearly every colour is grey: storing that as the integer it is spares half the time
      if (!coloured || (first === data[from + 1] && first === data[from + 2])) gray[at] = first;
      else gray[at] = luma(first, data[from + 1] as number, data[from + 2] as number);
      if (valid && data[from + samples - 1] === 0) valid[at] = 0;
    }
  };
}

/** Every case: samples of 1 to 16 bits, five kinds of colour, and the three ways to be transparent. */
function sampleWriter({ colour, depth, palette, transparency }: PngChunks, data: Uint8Array, gray: Float32Array, valid: Uint8Array | undefined): LineWriter {
  const samples = PNG_SAMPLES[colour];
  const coloured = samples >= 3;
  const transparent = colour === 'palette' || !transparency ? [] : Array.from({ length: samples }, (_, i) => ((transparency[2 * i] as number) << 8) | (transparency[2 * i + 1] as number));
  return (line, count, to, step) => {
    for (let pixel = 0, at = to; pixel < count; pixel++, at += step) {
      const sample = (index: number): number => readSample(data, line, pixel * samples + index, depth);
      if (colour === 'palette') {
        const entry = sample(0);
        gray[at] = paletteLuma(palette as Uint8Array, entry);
        if (valid && transparency?.[entry] === 0) valid[at] = 0;
      } else {
        gray[at] = coloured ? luma(sample(0), sample(1), sample(2)) : sample(0);
        if (valid && (transparency ? transparent.every((value, index) => value === sample(index)) : sample(samples - 1) === 0)) valid[at] = 0;
      }
    }
  };
}

function paletteLuma(palette: Uint8Array, entry: number): number {
  if (3 * entry >= palette.length) throw new InputError(`Cannot decode the PNG as its palette has ${palette.length / 3} colours: current index is ${entry}`);
  return luma(palette[3 * entry] as number, palette[3 * entry + 1] as number, palette[3 * entry + 2] as number);
}

/** Sample `index` of a scanline, most significant bit first. */
function readSample(data: Uint8Array, line: number, index: number, depth: number): number {
  if (depth === 8) return data[line + index] as number;
  if (depth === 16) return ((data[line + 2 * index] as number) << 8) | (data[line + 2 * index + 1] as number);
  const bit = index * depth;
  return ((data[line + (bit >> 3)] as number) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}
