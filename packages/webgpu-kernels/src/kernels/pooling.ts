import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { free, input, type KernelCall, type KernelOverride } from '../kernelOverride.ts';
import { isEmpty, runProgram, type Program } from '../runProgram.ts';

type PoolInfo = ReturnType<typeof backend_util.computePool2DInfo>;

const UNIFORMS = {
  size: 'u32', channels: 'i32', inHeight: 'i32', inWidth: 'i32', outHeight: 'i32', outWidth: 'i32', height: 'i32', width: 'i32', strideY: 'i32', strideX: 'i32', top: 'i32', left: 'i32',
} as const;
const uniformsOf = (size: number, p: PoolInfo): number[] => [
  size, p.inChannels, p.inHeight, p.inWidth, p.outHeight, p.outWidth, p.filterHeight, p.filterWidth, p.strideHeight, p.strideWidth, p.padInfo.top, p.padInfo.left,
];
const coordinates = (height: string, width: string): string => `
  if (index >= uniforms.size) { return; }
  let at = i32(index);
  let channel = at % uniforms.channels;
  let column = (at / uniforms.channels) % uniforms.${width};
  let row = (at / uniforms.channels / uniforms.${width}) % uniforms.${height};
  let image = at / uniforms.channels / uniforms.${width} / uniforms.${height};`;

/** Which pixel of its window each output is: the first of equal ones, as in PyTorch. */
const POSITIONS: Program = {
  name: 'max-pool positions',
  inputs: { x: 'f32' },
  outputs: { positions: 'i32' },
  uniforms: UNIFORMS,
  body: `${coordinates('outHeight', 'outWidth')}
  var largest = 0.0;
  var position = -1;
  for (var dy = 0; dy < uniforms.height; dy++) {
    let y = row * uniforms.strideY - uniforms.top + dy;
    if (y < 0 || y >= uniforms.inHeight) { continue; }
    for (var dx = 0; dx < uniforms.width; dx++) {
      let x0 = column * uniforms.strideX - uniforms.left + dx;
      if (x0 < 0 || x0 >= uniforms.inWidth) { continue; }
      let source = ((image * uniforms.inHeight + y) * uniforms.inWidth + x0) * uniforms.channels + channel;
      if (position < 0 || x[source] > largest) {
        largest = x[source];
        position = source;
      }
    }
  }
  positions[index] = position;`,
};

// The windows that a pixel lies in: rows from firstRow to lastRow, columns likewise.
const WINDOWS = `
  let below = row + uniforms.top - uniforms.height + 1;
  let before = column + uniforms.left - uniforms.width + 1;
  let firstRow = max(0, (below + uniforms.strideY - 1) / uniforms.strideY);
  let lastRow = min(uniforms.outHeight - 1, (row + uniforms.top) / uniforms.strideY);
  let firstColumn = max(0, (before + uniforms.strideX - 1) / uniforms.strideX);
  let lastColumn = min(uniforms.outWidth - 1, (column + uniforms.left) / uniforms.strideX);
  var sum = 0.0;`;

const MAX_GRADIENT: Program = {
  name: 'max-pool gradient',
  inputs: { dy: 'f32', positions: 'i32' },
  outputs: { dx: 'f32' },
  uniforms: UNIFORMS,
  body: `${coordinates('inHeight', 'inWidth')}${WINDOWS}
  for (var r = firstRow; r <= lastRow; r++) {
    for (var c = firstColumn; c <= lastColumn; c++) {
      let source = ((image * uniforms.outHeight + r) * uniforms.outWidth + c) * uniforms.channels + channel;
      if (positions[source] == at) { sum += dy[source]; }
    }
  }
  dx[index] = sum;`,
};

/** Divides by the pixels inside a window, as the average does; tfjs's divides by all of the window's. */
const AVERAGE_GRADIENT: Program = {
  name: 'average-pool gradient',
  inputs: { dy: 'f32' },
  outputs: { dx: 'f32' },
  uniforms: UNIFORMS,
  body: `${coordinates('inHeight', 'inWidth')}${WINDOWS}
  for (var r = firstRow; r <= lastRow; r++) {
    let y = r * uniforms.strideY - uniforms.top;
    let rows = min(y + uniforms.height, uniforms.inHeight) - max(y, 0);
    for (var c = firstColumn; c <= lastColumn; c++) {
      let x = c * uniforms.strideX - uniforms.left;
      let columns = min(x + uniforms.width, uniforms.inWidth) - max(x, 0);
      sum += dy[((image * uniforms.outHeight + r) * uniforms.outWidth + c) * uniforms.channels + channel] / f32(rows * columns);
    }
  }
  dx[index] = sum;`,
};

function poolInfo({ attrs }: KernelCall, { shape }: TensorInfo): PoolInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as { filterSize: number; strides: number; pad: number | 'same' | 'valid'; dimRoundingMode?: 'floor' };
  return backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
}

/** The gradients of pooling: among equal values the first has the maximum's, and an average is one over the pixels that are there. */
export const poolingOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'MaxPoolGrad',
    run(call) {
      const { backend } = call;
      const [dy, x] = [input(call, 'dy'), input(call, 'input')];
      if (isEmpty(x) || isEmpty(dy)) return undefined;
      const info = poolInfo(call, x);
      const [inSize, outSize] = [util.sizeFromShape(x.shape), util.sizeFromShape(dy.shape)];
      const [positions] = runProgram(backend, POSITIONS, [x], [{ shape: dy.shape, dtype: 'int32' }], uniformsOf(outSize, info), outSize) as [TensorInfo];
      const [dx] = runProgram(backend, MAX_GRADIENT, [dy, positions], [{ shape: x.shape }], uniformsOf(inSize, info), inSize) as [TensorInfo];
      free(backend, positions);
      return dx;
    },
  },
  {
    kernelName: 'AvgPoolGrad',
    run(call) {
      const [dy, x] = [input(call, 'dy'), input(call, 'input')];
      if (isEmpty(x) || isEmpty(dy)) return undefined;
      const size = util.sizeFromShape(x.shape);
      return runProgram(call.backend, AVERAGE_GRADIENT, [dy], [{ shape: x.shape }], uniformsOf(size, poolInfo(call, x)), size)[0] as TensorInfo;
    },
  },
];
