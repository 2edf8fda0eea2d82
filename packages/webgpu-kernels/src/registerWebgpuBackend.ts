import '@tensorflow/tfjs-backend-webgpu';
import { findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { describeAdapter, type AdapterDescription } from './describeAdapter.ts';
import type { GpuAdapter } from './gpuTypes.ts';
import { registerKernels } from './registerKernels.ts';
import { requestAdapter } from './requestAdapter.ts';
import { requestDevice } from './requestDevice.ts';
import { TrainingBackend } from './trainingBackend.ts';

const BACKEND_NAME = 'webgpu';

/** Options of {@link registerWebgpuBackend}. */
export interface WebgpuOptions {
  /** The adapter to compute on. @default {the fastest that `navigator.gpu` has} */
  readonly adapter?: GpuAdapter;
}

/**
 * Opens a GPU and registers it with tfjs as `webgpu`: tfjs's own backend with its faults mended and the method's kernels beside its own.
 * It takes the place of what tfjs registers under that name, and does not become the current one: that is `setBackend`'s.
 * `removeBackend('webgpu')` lets the GPU go.
 *
 * @param options Which adapter.
 * @returns What it computes on.
 * @throws {InputError} If there is no WebGPU, no adapter or no device, each with what to do.
 *
 * @example
 * ```ts
 * const { name, software } = await registerWebgpuBackend();
 * await tf.setBackend('webgpu');
 * ```
 */
export async function registerWebgpuBackend({ adapter: given }: WebgpuOptions = {}): Promise<AdapterDescription> {
  const adapter = given ?? (await requestAdapter());
  const description = describeAdapter(adapter); // before the device is asked for: afterwards Deno has nothing to say of the adapter
  const { info } = adapter;
  const device = await requestDevice(adapter);
  if (findBackendFactory(BACKEND_NAME)) removeBackend(BACKEND_NAME);
  registerKernels(BACKEND_NAME);
  const backend = new TrainingBackend(device, info);
  registerBackend(BACKEND_NAME, () => backend, 3);
  return description;
}
