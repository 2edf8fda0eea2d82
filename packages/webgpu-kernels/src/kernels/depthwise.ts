import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { input, type KernelCall, type KernelOverride } from '../kernelOverride.ts';
import { isEmpty, runProgram, type Program } from '../runProgram.ts';

type Shape4 = [number, number, number, number];
type ConvolutionInfo = ReturnType<typeof backend_util.computeConv2DInfo>;

const UNIFORMS = {
  size: 'u32', batch: 'i32', inHeight: 'i32', inWidth: 'i32', inChannels: 'i32', multiplier: 'i32', outHeight: 'i32', outWidth: 'i32', height: 'i32', width: 'i32', strideY: 'i32', strideX: 'i32', top: 'i32', left: 'i32',
  dilationY: 'i32', dilationX: 'i32',
} as const;
const uniformsOf = (size: number, c: ConvolutionInfo): number[] => [
  size, c.batchSize, c.inHeight, c.inWidth, c.inChannels, c.outChannels / c.inChannels, c.outHeight, c.outWidth, c.filterHeight, c.filterWidth, c.strideHeight, c.strideWidth, c.padInfo.top, c.padInfo.left,
  c.dilationHeight, c.dilationWidth,
];

const INPUT_GRADIENT: Program = {
  name: 'depthwise input gradient',
  inputs: { dy: 'f32', weights: 'f32' },
  outputs: { dx: 'f32' },
  uniforms: UNIFORMS,
  body: `
  if (index >= uniforms.size) { return; }
  let at = i32(index);
  let channel = at % uniforms.inChannels;
  let column = (at / uniforms.inChannels) % uniforms.inWidth;
  let row = (at / uniforms.inChannels / uniforms.inWidth) % uniforms.inHeight;
  let image = at / uniforms.inChannels / uniforms.inWidth / uniforms.inHeight;
  var sum = 0.0;
  for (var i = 0; i < uniforms.height; i++) {
    let y = row + uniforms.top - i * uniforms.dilationY;
    if (y < 0 || y % uniforms.strideY != 0 || y / uniforms.strideY >= uniforms.outHeight) { continue; }
    for (var j = 0; j < uniforms.width; j++) {
      let x = column + uniforms.left - j * uniforms.dilationX;
      if (x < 0 || x % uniforms.strideX != 0 || x / uniforms.strideX >= uniforms.outWidth) { continue; }
      let pixel = (image * uniforms.outHeight + y / uniforms.strideY) * uniforms.outWidth + x / uniforms.strideX;
      let tap = (i * uniforms.width + j) * uniforms.inChannels + channel;
      for (var m = 0; m < uniforms.multiplier; m++) {
        sum += dy[(pixel * uniforms.inChannels + channel) * uniforms.multiplier + m] * weights[tap * uniforms.multiplier + m];
      }
    }
  }
  dx[index] = sum;`,
};

const FILTER_GRADIENT: Program = {
  name: 'depthwise filter gradient',
  inputs: { x: 'f32', dy: 'f32' },
  outputs: { dfilter: 'f32' },
  uniforms: UNIFORMS,
  body: `
  if (index >= uniforms.size) { return; }
  let at = i32(index);
  let outChannel = at % (uniforms.inChannels * uniforms.multiplier);
  let channel = outChannel / uniforms.multiplier;
  let tap = at / (uniforms.inChannels * uniforms.multiplier);
  let offsetY = (tap / uniforms.width) * uniforms.dilationY - uniforms.top;
  let offsetX = (tap % uniforms.width) * uniforms.dilationX - uniforms.left;
  var sum = 0.0;
  for (var image = 0; image < uniforms.batch; image++) {
    var ofImage = 0.0; // two chains, so that a long sum keeps its digits
    for (var r = 0; r < uniforms.outHeight; r++) {
      let y = r * uniforms.strideY + offsetY;
      if (y < 0 || y >= uniforms.inHeight) { continue; }
      for (var c = 0; c < uniforms.outWidth; c++) {
        let column = c * uniforms.strideX + offsetX;
        if (column < 0 || column >= uniforms.inWidth) { continue; }
        ofImage += x[((image * uniforms.inHeight + y) * uniforms.inWidth + column) * uniforms.inChannels + channel]
          * dy[((image * uniforms.outHeight + r) * uniforms.outWidth + c) * uniforms.inChannels * uniforms.multiplier + outChannel];
      }
    }
    sum += ofImage;
  }
  dfilter[index] = sum;`,
};

function infoOf({ attrs }: KernelCall, inputShape: readonly number[], filterShape: readonly number[]): ConvolutionInfo {
  const { strides, dilations, pad, dimRoundingMode } = attrs as { strides: number; dilations: number; pad: 'same' | 'valid' | number; dimRoundingMode?: 'floor' };
  return backend_util.computeConv2DInfo(inputShape as Shape4, filterShape as Shape4, strides, dilations, pad, dimRoundingMode, true);
}

/** The gradients of depthwise convolution, dilated ones included, which tfjs's do not know. */
export const depthwiseOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'DepthwiseConv2dNativeBackpropInput',
    run(call) {
      const [dy, filter] = [input(call, 'dy'), input(call, 'filter')];
      const shape = call.attrs.inputShape as number[];
      const size = util.sizeFromShape(shape);
      if (size === 0 || isEmpty(dy)) return undefined;
      return runProgram(call.backend, INPUT_GRADIENT, [dy, filter], [{ shape }], uniformsOf(size, infoOf(call, shape, filter.shape)), size)[0] as TensorInfo;
    },
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropFilter',
    run(call) {
      const [x, dy] = [input(call, 'x'), input(call, 'dy')];
      const shape = call.attrs.filterShape as number[];
      const size = util.sizeFromShape(shape);
      if (size === 0 || isEmpty(x) || isEmpty(dy)) return undefined;
      return runProgram(call.backend, FILTER_GRADIENT, [x, dy], [{ shape }], uniformsOf(size, infoOf(call, x.shape, shape)), size)[0] as TensorInfo;
    },
  },
];
