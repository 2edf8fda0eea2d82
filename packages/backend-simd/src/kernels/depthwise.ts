import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, type KernelCall, type KernelOverride } from '../kernelOverride.ts';
import { convolutionGeometry, isEmptyConvolution, writeConvolutionGeometry } from './convolutionGeometry.ts';
import { applyActivation, knowsActivation } from './fusedActivation.ts';

/** A pixel of more output channels than this does not fit the threads' scratch. */
const MOST_CHANNELS = 1 << 17;

/** The geometry, or nothing where a dimension is 0 or the inherited kernel must take over. */
function depthwiseGeometry(call: KernelCall, xShape: number[], filterShape: number[]): backend_util.Conv2DInfo | undefined {
  const info = convolutionGeometry(xShape, filterShape, call.attrs, true);
  return info && !isEmptyConvolution(info) && info.outChannels <= MOST_CHANNELS ? info : undefined;
}

function convolve(call: KernelCall, x: TensorInfo, filter: TensorInfo, bias: TensorInfo | undefined): TensorInfo | undefined {
  const info = areFloats(x, filter, bias) ? depthwiseGeometry(call, x.shape, filter.shape) : undefined;
  if (!info || (bias && !(bias.shape.length === 1 && bias.shape[0] === info.outChannels))) return undefined;
  const { backend } = call;
  const out = backend.createOutput(info.outShape);
  backend.kernels.depthwise(writeConvolutionGeometry(backend, info), backend.address(x), backend.address(filter), backend.address(bias), backend.address(out));
  return out;
}

/** Depthwise convolution of any channel multiplier with its two gradients, NHWC. */
export const depthwiseOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'DepthwiseConv2dNative',
    run(call) {
      const { x, filter } = call.inputs as { x: TensorInfo; filter: TensorInfo };
      return convolve(call, x, filter, undefined);
    },
  },
  {
    kernelName: 'FusedDepthwiseConv2D',
    run(call) {
      const { x, filter, bias } = call.inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
      const activation = call.attrs.activation as backend_util.Activation | undefined;
      const out = knowsActivation(activation) ? convolve(call, x, filter, bias) : undefined;
      if (out) applyActivation(call.backend, out, activation, call.attrs.leakyreluAlpha as number | undefined);
      return out;
    },
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropInput',
    run(call) {
      const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo };
      const info = areFloats(dy, filter) ? depthwiseGeometry(call, call.attrs.inputShape as number[], filter.shape) : undefined;
      if (!info) return undefined;
      const { backend } = call;
      const dx = backend.createOutput(info.inShape);
      backend.kernels.depthwise_input_gradient(writeConvolutionGeometry(backend, info), backend.address(dy), backend.address(filter), backend.address(dx));
      return dx;
    },
  },
  {
    kernelName: 'DepthwiseConv2dNativeBackpropFilter',
    run(call) {
      const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo };
      const info = areFloats(x, dy) ? depthwiseGeometry(call, x.shape, call.attrs.filterShape as number[]) : undefined;
      if (!info) return undefined;
      const { backend } = call;
      const scratch = backend.scratch(backend.kernels.depthwise_filter_gradient_scratch(writeConvolutionGeometry(backend, info)) >>> 0);
      const out = backend.createOutput(info.filterShape);
      backend.kernels.depthwise_filter_gradient(writeConvolutionGeometry(backend, info), backend.address(x), backend.address(dy), backend.address(out), scratch);
      return out;
    },
  },
];
