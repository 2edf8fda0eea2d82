import { engine, getBackend, getKernel, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import type { FusedKernelName, FusedKernels } from './fusedKernels.ts';

/** Whether the current backend brings a kernel of our table. */
export function hasFusedKernel(name: FusedKernelName): boolean {
  return getKernel(name, getBackend()) !== undefined;
}

/**
 * Runs a kernel of our table on the current backend, or returns `undefined` where the backend has none and the caller composes plain operations.
 * Inside a tape its gradient is the one registered under its name.
 *
 * Lists travel as numbered inputs (`parameters0`, `parameters1`, ...), since tfjs knows tensors by name only.
 *
 * @param name The kernel's name.
 * @param inputs Its inputs; borrowed.
 * @param attributes Its attributes.
 * @returns Its outputs, which belong to the caller, or `undefined`.
 */
export function runFusedKernel<Name extends FusedKernelName>(name: Name, inputs: FusedKernels[Name]['inputs'], attributes: FusedKernels[Name]['attributes']): FusedKernels[Name]['outputs'] | undefined {
  if (!hasFusedKernel(name)) return undefined;
  const named: NamedTensorMap = {};
  for (const [key, value] of Object.entries(inputs) as [string, Tensor | Tensor[] | undefined][]) {
    if (Array.isArray(value)) value.forEach((tensor, index) => (named[`${key}${index}`] = tensor));
    else if (value) named[key] = value;
  }
  const outputs = engine().runKernel(name, named, attributes as unknown as NamedAttrMap);
  return (Array.isArray(outputs) ? outputs : [outputs]) as FusedKernels[Name]['outputs'];
}
