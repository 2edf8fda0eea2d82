/**
 * Training on WebGPU in TensorFlow.js: tfjs's backend opened right in browsers, Node and Deno, its faults mended, and the method's fused kernels.
 *
 * @module
 */
export { registerWebgpuBackend, type WebgpuOptions } from './registerWebgpuBackend.ts';
export { requestAdapter } from './requestAdapter.ts';
export { describeAdapter, type AdapterDescription } from './describeAdapter.ts';
export { GpuFailure, isGpuFailure, type GpuFailureKind } from './gpuFailure.ts';
export type { Gpu, GpuAdapter, GpuAdapterInfo, GpuDevice, GpuError } from './gpuTypes.ts';
