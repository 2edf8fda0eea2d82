import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import { runUnary } from './unary.ts';

const FUNCTIONS = { relu: 'Relu', relu6: 'Relu6', leakyrelu: 'LeakyRelu', sigmoid: 'Sigmoid', elu: 'Elu' } as const;

/** Whether {@link applyActivation} knows the activation of a fused kernel. */
export function knowsActivation(activation: backend_util.Activation | null | undefined): boolean {
  return !activation || activation === 'linear' || activation in FUNCTIONS;
}

/** Applies the activation of a fused kernel in place. */
export function applyActivation(backend: SimdBackend, x: TensorInfo, activation: backend_util.Activation | null | undefined, leakyreluAlpha: number | undefined): void {
  if (!activation || activation === 'linear') return;
  runUnary(backend, FUNCTIONS[activation as keyof typeof FUNCTIONS], x, x, leakyreluAlpha);
}
