import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from './simdBackend.ts';

/** What a kernel is called with. */
export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly backend: SimdBackend;
}

/**
 * A kernel in WebAssembly, or the part of one: `run` returns `undefined` for what it does not cover (integers, exotic layouts),
 * and the kernel inherited from the CPU backend takes over.
 */
export interface KernelOverride {
  readonly kernelName: string;
  readonly run: (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;
}

/** The named input; kernels are called with all that their table lists. */
export function input(call: KernelCall, name: string): TensorInfo {
  return call.inputs[name] as TensorInfo;
}

/** Whether all the given inputs hold 32-bit floats. */
export function areFloats(...tensors: readonly (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === 'float32');
}
