import { backend_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

type Reduction = 'sum' | 'max' | 'min';

/** A reduction over neighbouring dimensions as [outer, length, inner] over the middle; nothing where others lie between them. */
function planReduction(shape: number[], axes: number[]): [outer: number, length: number, inner: number] | undefined {
  const reduced = new Set(axes);
  const sizes: [number, number, number] = [1, 1, 1];
  let part = 0;
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    if (reduced.has(axis)) {
      if (part === 2) return undefined;
      part = 1;
    } else if (part === 1) part = 2;
    sizes[part] = (sizes[part] as number) * size;
  }
  return sizes;
}

/** A long reduction is cut into this many where that divides it: each cut is a task for a thread, and shortens the sums. */
function cutsOf(outer: number, length: number, inner: number): number {
  if (outer * inner >= 4096 || length * inner < 65536) return 1;
  return [64, 48, 32, 24, 16, 12, 8, 4, 2].find((cuts) => length % cuts === 0 && length > cuts) ?? 1;
}

function reduce(backend: SimdBackend, name: Reduction, x: TensorInfo, axes: number[], keepDims: boolean, isMean: boolean): TensorInfo | undefined {
  const plan = planReduction(x.shape, axes);
  if (!plan || util.sizeFromShape(x.shape) === 0) return undefined;
  const [outer, length, inner] = plan;
  const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const out = backend.createOutput(keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape);
  const run = backend.kernels[`reduce_${name}`] as (...numbers: number[]) => number;
  const scale = isMean ? 1 / length : 1;
  const cuts = cutsOf(outer, length, inner);
  if (cuts === 1) run(backend.address(x), backend.address(out), outer, length, inner, scale);
  else {
    const parts = backend.scratch(outer * cuts * inner);
    run(backend.address(x), parts, outer * cuts, length / cuts, inner, 1);
    run(parts, backend.address(out), outer, cuts, inner, scale);
  }
  return out;
}

function reduction(kernelName: string, name: Reduction, axisAttribute: string, isMean = false): KernelOverride {
  return {
    kernelName,
    run(call) {
      const x = input(call, 'x');
      if (!areFloats(x)) return undefined;
      return reduce(call.backend, name, x, util.parseAxisParam(call.attrs[axisAttribute] as number | number[], x.shape), call.attrs.keepDims as boolean, isMean);
    },
  };
}

/** Sum, mean, maximum and minimum over neighbouring dimensions. */
export const reduceOverrides: readonly KernelOverride[] = [
  reduction('Sum', 'sum', 'axis'),
  reduction('Mean', 'sum', 'axis', true),
  reduction('Max', 'max', 'reductionIndices'),
  reduction('Min', 'min', 'axis'),
];
