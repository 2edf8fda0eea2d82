import { backend_util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';
import { applyActivation, knowsActivation } from './fusedActivation.ts';

type Shape4 = [number, number, number, number];
type Dilations = number | [number, number];

/** Filters of more taps than this are left to the inherited kernels: the threads' scratch holds no longer lists. */
const MOST_TAPS = 400;

/** The geometry of a convolution as `convolution_shape` in native/convolution.h, or nothing for layouts that we do not have. */
function geometry(xShape: number[], filterShape: number[], attrs: NamedAttrMap): backend_util.Conv2DInfo | undefined {
  if (attrs.dataFormat !== 'NHWC' && attrs.dataFormat !== undefined) return undefined;
  const { strides, pad, dimRoundingMode } = attrs as { strides: Dilations; pad: number; dimRoundingMode?: 'floor' | 'round' | 'ceil' };
  const info = backend_util.computeConv2DInfo(xShape as Shape4, filterShape as Shape4, strides, (attrs.dilations as Dilations | undefined) ?? 1, pad, dimRoundingMode);
  return info.filterHeight * info.filterWidth <= MOST_TAPS ? info : undefined;
}

function writeGeometry(backend: SimdBackend, info: backend_util.Conv2DInfo): number {
  return backend.writeArguments([
    info.batchSize, info.inHeight, info.inWidth, info.inChannels,
    info.outHeight, info.outWidth, info.outChannels,
    info.filterHeight, info.filterWidth,
    info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth,
    info.padInfo.top, info.padInfo.left,
  ]);
}

function isEmpty(info: backend_util.Conv2DInfo): boolean {
  return info.batchSize * info.outHeight * info.outWidth * info.outChannels * info.inHeight * info.inWidth * info.inChannels === 0;
}

function convolve(backend: SimdBackend, info: backend_util.Conv2DInfo, x: TensorInfo, filter: TensorInfo, bias: TensorInfo | undefined): TensorInfo | undefined {
  if (isEmpty(info)) return undefined;
  const { kernels } = backend;
  const scratch = backend.scratch(kernels.convolution_scratch(writeGeometry(backend, info)) >>> 0);
  const out = backend.createOutput(info.outShape);
  kernels.convolution(writeGeometry(backend, info), backend.address(x), backend.address(filter), backend.address(bias), backend.address(out), scratch);
  return out;
}

/** Convolution with its two gradients, NHWC. */
export const convolutionOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'Conv2D',
    run(call) {
      const [x, filter] = [input(call, 'x'), input(call, 'filter')];
      const info = areFloats(x, filter) ? geometry(x.shape, filter.shape, call.attrs) : undefined;
      return info && convolve(call.backend, info, x, filter, undefined);
    },
  },
  {
    kernelName: 'FusedConv2D',
    run({ inputs, attrs, backend }) {
      const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
      const activation = attrs.activation as backend_util.Activation | undefined;
      const perChannel = !bias || (bias.shape.length === 1 && bias.shape[0] === filter.shape[3]);
      const info = areFloats(x, filter, bias) && perChannel && knowsActivation(activation) ? geometry(x.shape, filter.shape, attrs) : undefined;
      const out = info && convolve(backend, info, x, filter, bias);
      if (out) applyActivation(backend, out, activation, attrs.leakyreluAlpha as number | undefined);
      return out;
    },
  },
  {
    kernelName: 'Conv2DBackpropInput',
    run({ inputs, attrs, backend }) {
      const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
      const info = areFloats(dy, filter) ? geometry(attrs.inputShape as number[], filter.shape, attrs) : undefined;
      if (!info || isEmpty(info)) return undefined;
      const { kernels } = backend;
      const scratch = backend.scratch(kernels.convolution_input_gradient_scratch(writeGeometry(backend, info)) >>> 0);
      const dx = backend.createOutput(info.inShape);
      kernels.convolution_input_gradient(writeGeometry(backend, info), backend.address(dy), backend.address(filter), backend.address(dx), scratch);
      return dx;
    },
  },
  {
    kernelName: 'Conv2DBackpropFilter',
    run({ inputs, attrs, backend }) {
      const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
      const info = areFloats(x, dy) ? geometry(x.shape, attrs.filterShape as number[], attrs) : undefined;
      if (!info || isEmpty(info)) return undefined;
      const { kernels } = backend;
      const scratch = backend.scratch(kernels.convolution_filter_gradient_scratch(writeGeometry(backend, info)) >>> 0);
      const out = backend.createOutput(info.filterShape);
      kernels.convolution_filter_gradient(writeGeometry(backend, info), backend.address(x), backend.address(dy), backend.address(out), scratch);
      return out;
    },
  },
];
