import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';
import { planBroadcast } from './broadcast.ts';

type BinaryName = 'Add' | 'Sub' | 'Multiply' | 'RealDiv' | 'Maximum' | 'Minimum' | 'SquaredDifference';

/** An element-wise function of two float tensors, with broadcasting. */
export function applyBinary(backend: SimdBackend, name: BinaryName, a: TensorInfo, b: TensorInfo): TensorInfo {
  const plan = planBroadcast(a.shape, b.shape);
  const out = backend.createOutput(plan.shape);
  const size = util.sizeFromShape(plan.shape);
  if (size > 0) {
    backend.kernels[`binary_${name}`]?.(backend.address(a), backend.address(b), backend.address(out), size, plan.inner, plan.rank, backend.writeArguments(plan.dimensions), plan.aStep, plan.bStep);
  }
  return out;
}

function binary(kernelName: BinaryName): KernelOverride {
  return {
    kernelName,
    run(call) {
      const [a, b] = [input(call, 'a'), input(call, 'b')];
      return areFloats(a, b) ? applyBinary(call.backend, kernelName, a, b) : undefined;
    },
  };
}

/** Element-wise functions of two tensors. */
export const binaryOverrides: readonly KernelOverride[] = (['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'] as const).map(binary);
