import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';
import { planBroadcast } from './broadcast.ts';

type BinaryName = 'Add' | 'Sub' | 'Multiply' | 'RealDiv' | 'Maximum' | 'Minimum' | 'SquaredDifference' | 'Prelu' | 'EluGrad';

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

function binary(kernelName: BinaryName, aName = 'a', bName = 'b'): KernelOverride {
  return {
    kernelName,
    run(call) {
      const [a, b] = [input(call, aName), input(call, bName)];
      return areFloats(a, b) ? applyBinary(call.backend, kernelName, a, b) : undefined;
    },
  };
}

/** A sum of tensors of one shape, into the first sum's place. */
const addN: KernelOverride = {
  kernelName: 'AddN',
  run({ inputs, backend }) {
    const [first, second, ...others] = Object.values(inputs) as TensorInfo[];
    if (!first || !second || !areFloats(first, second, ...others)) return undefined;
    const sum = applyBinary(backend, 'Add', first, second);
    for (const other of others) backend.kernels.binary_Add?.(backend.address(sum), backend.address(other), backend.address(sum), util.sizeFromShape(sum.shape), util.sizeFromShape(sum.shape), 0, 0, 1, 1);
    return sum;
  },
};

/** Element-wise functions of two tensors. */
export const binaryOverrides: readonly KernelOverride[] = [
  ...(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'] as const).map((name) => binary(name)),
  binary('Prelu', 'x', 'alpha'),
  binary('EluGrad', 'dy', 'y'),
  addN,
];
