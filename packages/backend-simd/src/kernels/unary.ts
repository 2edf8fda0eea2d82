import { util, type TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, input, type KernelOverride } from '../kernelOverride.ts';
import type { SimdBackend } from '../simdBackend.ts';

type UnaryName = 'Relu' | 'Relu6' | 'LeakyRelu' | 'Step' | 'Abs' | 'Neg' | 'Sign' | 'Square' | 'Sqrt' | 'Rsqrt' | 'Reciprocal' | 'Exp' | 'Log' | 'Sigmoid' | 'Tanh' | 'Softplus' | 'Elu' | 'ClipByValue';

/** Writes name(x) into `out`, which may be x itself. */
export function runUnary(backend: SimdBackend, name: UnaryName, x: TensorInfo, out: TensorInfo, first = 0, second = 0): void {
  backend.kernels[`unary_${name}`]?.(backend.address(x), backend.address(out), util.sizeFromShape(x.shape), first, second);
}

function unary(kernelName: UnaryName, ...parameterNames: string[]): KernelOverride {
  return {
    kernelName,
    run(call) {
      const x = input(call, 'x');
      if (!areFloats(x)) return undefined;
      const out = call.backend.createOutput(x.shape);
      runUnary(call.backend, kernelName, x, out, ...parameterNames.map((name) => call.attrs[name] as number | undefined));
      return out;
    },
  };
}

/** Element-wise functions of one tensor. */
export const unaryOverrides: readonly KernelOverride[] = [
  ...(['Relu', 'Relu6', 'Abs', 'Neg', 'Sign', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Exp', 'Log', 'Sigmoid', 'Tanh', 'Softplus', 'Elu'] as const).map((name) => unary(name)),
  unary('LeakyRelu', 'alpha'),
  unary('Step', 'alpha'),
  unary('ClipByValue', 'clipValueMin', 'clipValueMax'),
];
