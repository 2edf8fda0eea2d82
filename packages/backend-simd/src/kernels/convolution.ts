import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';
import { convolutionGeometry, isEmptyConvolution, writeConvolutionGeometry } from './convolutionGeometry.ts';
import { applyActivation, knowsActivation } from './fusedActivation.ts';

function convolve(backend: SimdBackend, info: backend_util.Conv2DInfo, x: TensorInfo, filter: TensorInfo, bias: TensorInfo | undefined): TensorInfo | undefined {
  if (isEmptyConvolution(info)) return undefined;
  const { kernels } = backend;
  const scratch = backend.scratch(kernels.convolution_scratch(writeConvolutionGeometry(backend, info)) >>> 0);
  const out = backend.createOutput(info.outShape);
  kernels.convolution(writeConvolutionGeometry(backend, info), backend.address(x), backend.address(filter), backend.address(bias), backend.address(out), scratch);
  return out;
}

/** Convolution with its two gradients, NHWC. */
export const convolutionOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'Conv2D',
    run(call) {
      const [x, filter] = [input(call, 'x'), input(call, 'filter')];
      const info = areFloats(x, filter) ? convolutionGeometry(x.shape, filter.shape, call.attrs) : undefined;
      return info && convolve(call.backend, info, x, filter, undefined);
    },
  },
  {
    kernelName: 'FusedConv2D',
    run({ inputs, attrs, backend }) {
      const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
      const activation = attrs.activation as backend_util.Activation | undefined;
      const perChannel = !bias || (bias.shape.length === 1 && bias.shape[0] === filter.shape[3]);
      const info = areFloats(x, filter, bias) && perChannel && knowsActivation(activation) ? convolutionGeometry(x.shape, filter.shape, attrs) : undefined;
      const out = info && convolve(backend, info, x, filter, bias);
      if (out) applyActivation(backend, out, activation, attrs.leakyreluAlpha as number | undefined);
      return out;
    },
  },
  {
    kernelName: 'Conv2DBackpropInput',
    run({ inputs, attrs, backend }) {
      const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
      const info = areFloats(dy, filter) ? convolutionGeometry(attrs.inputShape as number[], filter.shape, attrs) : undefined;
      if (!info || isEmptyConvolution(info)) return undefined;
      const { kernels } = backend;
      const scratch = backend.scratch(kernels.convolution_input_gradient_scratch(writeConvolutionGeometry(backend, info)) >>> 0);
      const dx = backend.createOutput(info.inShape);
      kernels.convolution_input_gradient(writeConvolutionGeometry(backend, info), backend.address(dy), backend.address(filter), backend.address(dx), scratch);
      return dx;
    },
  },
  {
    kernelName: 'Conv2DBackpropFilter',
    run({ inputs, attrs, backend }) {
      const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
      const info = areFloats(x, dy) ? convolutionGeometry(x.shape, attrs.filterShape as number[], attrs) : undefined;
      if (!info || isEmptyConvolution(info)) return undefined;
      const { kernels } = backend;
      const scratch = backend.scratch(kernels.convolution_filter_gradient_scratch(writeConvolutionGeometry(backend, info)) >>> 0);
      const out = backend.createOutput(info.filterShape);
      kernels.convolution_filter_gradient(writeConvolutionGeometry(backend, info), backend.address(x), backend.address(dy), backend.address(out), scratch);
      return out;
    },
  },
];
