import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

type Shape4 = [number, number, number, number];

/** THREAD_SCRATCH_FLOATS in native/parallel.h. */
const MOST_ROW_FLOATS = 1 << 18;
/** Words of `sample` and `reader_range` in native/resize.c. */
const SAMPLE_WORDS = 3;
const RANGE_WORDS = 2;

/** Where an output line lies between two input lines. */
interface Sample {
  readonly low: number;
  readonly high: number;
  readonly fraction: number;
}

interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters?: boolean;
}

/** What the output line `index` reads, in lines of the input. */
type Sampler = (index: number, inputs: number, ratio: number, halfPixelCenters: boolean, alignCorners: boolean) => Sample;

const bilinear: Sampler = (index, inputs, ratio, halfPixelCenters) => {
  const position = halfPixelCenters ? ratio * (index + 0.5) - 0.5 : ratio * index;
  const [low, high] = [Math.max(0, Math.floor(position)), Math.min(inputs - 1, Math.ceil(position))];
  return { low, high, fraction: high > low ? position - low : 0 };
};

const nearest: Sampler = (index, inputs, ratio, halfPixelCenters, alignCorners) => {
  const position = halfPixelCenters ? ratio * (index + 0.5) : ratio * index;
  const low = Math.max(0, Math.min(inputs - 1, alignCorners ? Math.round(position) : Math.floor(position)));
  return { low, high: low, fraction: 0 };
};

function sampleLines(sampler: Sampler, inputs: number, outputs: number, { alignCorners, halfPixelCenters = false }: ResizeAttributes): Sample[] {
  const ratio = alignCorners && outputs > 1 ? (inputs - 1) / (outputs - 1) : inputs / outputs;
  return Array.from({ length: outputs }, (_, index) => sampler(index, inputs, ratio, halfPixelCenters, alignCorners));
}

/** For every input line the run of output lines that read it; positions only grow, so there are no others between. */
function readersOf(samples: readonly Sample[], inputs: number): [first: number, end: number][] {
  const ranges = Array.from({ length: inputs }, (): [number, number] => [0, 0]);
  for (const [index, { low, high }] of samples.entries()) {
    for (const line of [low, high]) {
      const range = ranges[line] as [number, number];
      if (range[1] === 0) range[0] = index;
      range[1] = index + 1;
    }
  }
  return ranges;
}

/** Hands the lines of rows and columns, and the readers of rows, to a kernel. */
function writeTables(backend: SimdBackend, rows: readonly Sample[], columns: readonly Sample[], readers: readonly [number, number][]): [rows: number, columns: number, readers: number] {
  const sampleWords = (rows.length + columns.length) * SAMPLE_WORDS;
  const words = sampleWords + readers.length * RANGE_WORDS;
  const address = backend.scratch(words);
  const [integers, floats] = [backend.integersAt(address, words), backend.floatsAt(address, words)];
  for (const [index, { low, high, fraction }] of [...rows, ...columns].entries()) {
    integers.set([low, high], index * SAMPLE_WORDS);
    floats[index * SAMPLE_WORDS + 2] = fraction;
  }
  integers.set(readers.flat(), sampleWords);
  return [address, address + 4 * rows.length * SAMPLE_WORDS, address + 4 * sampleWords];
}

function resize(backend: SimdBackend, kernel: 'resize_bilinear' | 'resize_nearest', sampler: Sampler, images: TensorInfo, attrs: NamedAttrMap): TensorInfo | undefined {
  const [batch, inHeight, inWidth, channels] = images.shape as Shape4;
  const [outHeight, outWidth] = attrs.size as [number, number];
  if (!areFloats(images) || batch * inHeight * inWidth * channels * outHeight * outWidth === 0 || inWidth * channels > MOST_ROW_FLOATS) return undefined;
  const options = attrs as unknown as ResizeAttributes;
  const out = backend.createOutput([batch, outHeight, outWidth, channels]);
  const [rows, columns] = writeTables(backend, sampleLines(sampler, inHeight, outHeight, options), sampleLines(sampler, inWidth, outWidth, options), []);
  const shape = backend.writeArguments([batch, inHeight, inWidth, channels, outHeight, outWidth]);
  backend.kernels[kernel](shape, backend.address(images), backend.address(out), rows, columns);
  return out;
}

/**
 * Bilinear and nearest resizing, and the gradient of the former. The inherited gradient does not know half-pixel centres
 * and exchanges height and width in its shape; this one is the forward's transpose for all options.
 */
export const resizeOverrides: readonly KernelOverride[] = [
  { kernelName: 'ResizeBilinear', run: ({ inputs, attrs, backend }) => resize(backend, 'resize_bilinear', bilinear, inputs.images as TensorInfo, attrs) },
  { kernelName: 'ResizeNearestNeighbor', run: ({ inputs, attrs, backend }) => resize(backend, 'resize_nearest', nearest, inputs.images as TensorInfo, attrs) },
  {
    kernelName: 'ResizeBilinearGrad',
    run({ inputs, attrs, backend }) {
      const { images, dy } = inputs as { images: TensorInfo; dy: TensorInfo };
      const [batch, inHeight, inWidth, channels] = images.shape as Shape4;
      const [, outHeight, outWidth] = dy.shape as Shape4;
      if (!areFloats(images, dy) || batch * inHeight * inWidth * channels * outHeight * outWidth === 0 || channels > MOST_ROW_FLOATS) return undefined;
      const options = attrs as unknown as ResizeAttributes;
      const rowSamples = sampleLines(bilinear, inHeight, outHeight, options);
      const dx = backend.createOutput(images.shape);
      const [rows, columns, readers] = writeTables(backend, rowSamples, sampleLines(bilinear, inWidth, outWidth, options), readersOf(rowSamples, inHeight));
      const shape = backend.writeArguments([batch, inHeight, inWidth, channels, outHeight, outWidth]);
      backend.kernels.resize_bilinear_gradient(shape, backend.address(dy), backend.address(dx), rows, columns, readers);
      return dx;
    },
  },
];
