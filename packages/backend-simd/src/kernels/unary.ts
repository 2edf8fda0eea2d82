import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

type UnaryName = 'Relu' | 'Relu6' | 'LeakyRelu' | 'Step' | 'Abs' | 'Neg' | 'Sign' | 'Square' | 'Sqrt' | 'Rsqrt' | 'Reciprocal' | 'Exp' | 'Log' | 'Sigmoid';

/** Writes name(x) into `out`, which may be x itself. */
export function runUnary(backend: SimdBackend, name: UnaryName, x: TensorInfo, out: TensorInfo, parameter = 0): void {
  backend.kernels[`unary_${name}`]?.(backend.address(x), backend.address(out), util.sizeFromShape(x.shape), parameter);
}

function unary(kernelName: UnaryName, parameterName?: string): KernelOverride {
  return {
    kernelName,
    run(call) {
      const x = input(call, 'x');
      if (!areFloats(x)) return undefined;
      const out = call.backend.createOutput(x.shape);
      runUnary(call.backend, kernelName, x, out, parameterName ? (call.attrs[parameterName] as number | undefined) : 0);
      return out;
    },
  };
}

/** Element-wise functions of one tensor. */
export const unaryOverrides: readonly KernelOverride[] = [
  ...(['Relu', 'Relu6', 'Abs', 'Neg', 'Sign', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Exp', 'Log', 'Sigmoid'] as const).map((name) => unary(name)),
  unary('LeakyRelu', 'alpha'),
  unary('Step', 'alpha'),
];
