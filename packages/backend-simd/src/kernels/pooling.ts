import { backend_util, util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

function geometry(xShape: number[], attrs: NamedAttrMap): backend_util.Conv2DInfo | undefined {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as { filterSize: number; strides: number; pad: number; dimRoundingMode?: 'floor' | 'round' | 'ceil' };
  const info = backend_util.computePool2DInfo(xShape as [number, number, number, number], filterSize, strides, 1, pad, dimRoundingMode);
  return info.batchSize * info.outHeight * info.outWidth * info.outChannels > 0 ? info : undefined;
}

function writeGeometry(backend: SimdBackend, info: backend_util.Conv2DInfo): number {
  return backend.writeArguments([
    info.batchSize, info.inHeight, info.inWidth, info.inChannels,
    info.outHeight, info.outWidth,
    info.filterHeight, info.filterWidth,
    info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth,
    info.padInfo.top, info.padInfo.left,
  ]);
}

function pooling(kernelName: string, native: 'max_pool' | 'average_pool'): KernelOverride {
  return {
    kernelName,
    run(call) {
      const x = input(call, 'x');
      const info = areFloats(x) ? geometry(x.shape, call.attrs) : undefined;
      if (!info) return undefined;
      const out = call.backend.createOutput(info.outShape);
      call.backend.kernels[native](writeGeometry(call.backend, info), call.backend.address(x), call.backend.address(out));
      return out;
    },
  };
}

/**
 * Max and average pooling with their gradients. The average's gradient divides by the pixels inside, as the average does:
 * the inherited one divides by all pixels of the window, and is wrong where windows reach into the padding.
 */
export const poolingOverrides: readonly KernelOverride[] = [
  pooling('MaxPool', 'max_pool'),
  {
    kernelName: 'MaxPoolGrad',
    run({ inputs, attrs, backend }) {
      const { dy, input: x } = inputs as { dy: TensorInfo; input: TensorInfo };
      const info = areFloats(dy, x) ? geometry(x.shape, attrs) : undefined;
      if (!info) return undefined;
      const dx = backend.createOutput(x.shape);
      backend.kernels.max_pool_gradient(writeGeometry(backend, info), backend.address(dy), backend.address(x), backend.address(dx));
      return dx;
    },
  },
  pooling('AvgPool', 'average_pool'),
  {
    kernelName: 'AvgPoolGrad',
    run({ inputs, attrs, backend }) {
      const { dy, input: x } = inputs as { dy: TensorInfo; input: TensorInfo };
      const info = areFloats(dy, x) ? geometry(x.shape, attrs) : undefined;
      if (!info || !util.arraysEqual(info.outShape, dy.shape)) return undefined;
      const dx = backend.createOutput(x.shape);
      backend.kernels.average_pool_gradient(writeGeometry(backend, info), backend.address(dy), backend.address(dx));
      return dx;
    },
  },
];
