import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, type KernelOverride } from '../kernelOverride.ts';

/** Rows picked by index along one axis, as when a batch is permuted. */
export const gatherOverrides: readonly KernelOverride[] = [
  {
    kernelName: 'GatherV2',
    run({ inputs, attrs, backend }) {
      const { x, indices } = inputs as { x: TensorInfo; indices: TensorInfo };
      const { axis, batchDims } = attrs as { axis: number; batchDims?: number };
      if (!areFloats(x) || indices.dtype !== 'int32' || batchDims) return undefined;
      const parsedAxis = util.parseAxisParam(axis, x.shape)[0] as number;
      const { outputShape, outerSize, dimSize, sliceSize } = backend_util.segment_util.collectGatherOpShapeInfo(x as never, indices as never, parsedAxis, 0);
      for (const index of backend.valuesOf(indices)) util.assert(index >= 0 && index < dimSize, () => `GatherV2: the index value ${index} is not in [0, ${dimSize - 1}]`);
      const out = backend.createOutput(outputShape);
      if (util.sizeFromShape(outputShape) > 0) {
        backend.kernels.gather(backend.address(x), backend.address(out), backend.address(indices), outerSize, util.sizeFromShape(indices.shape), dimSize, sliceSize);
      }
      return out;
    },
  },
];
