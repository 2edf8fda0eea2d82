import '@cxr-ifa/gradients';
import { InputError } from '@cxr-ifa/tensor';
import { enableProdMode, ready, setBackend } from '@tensorflow/tfjs-core';
import type { BackendChoice, OpenedBackend } from './backendChoice.ts';

const MOST_THREADS = 8;

/**
 * Loads a backend and makes it TensorFlow.js's. What was asked for and is not there is an error, never another backend.
 *
 * @throws {InputError} If it cannot start here.
 */
export async function openBackend(choice: BackendChoice): Promise<OpenedBackend> {
  enableProdMode();
  const opened = choice === 'simd' ? await openSimd('as chosen') : choice === 'webgpu' ? await openWebgpu('as chosen') : await openBest();
  if (!(await setBackend(opened.name).catch(() => false))) throw new InputError(`Cannot compute as the backend ${opened.name} does not start in this browser: choose the other one`);
  await ready();
  return opened;
}

async function openBest(): Promise<OpenedBackend> {
  if (!('gpu' in navigator)) return openSimd('this browser has no WebGPU');
  const { describeAdapter, requestAdapter } = await import('@cxr-ifa/webgpu-kernels');
  const adapter = await requestAdapter().catch(() => undefined);
  if (!adapter) return openSimd('this machine has no GPU that the browser can use');
  if (describeAdapter(adapter).software) return openSimd('the only WebGPU adapter computes on the processor, which is slower');
  return openWebgpu('the fastest that is there');
}

async function openWebgpu(reason: string): Promise<OpenedBackend> {
  const { registerWebgpuBackend } = await import('@cxr-ifa/webgpu-kernels');
  const { name, software } = await registerWebgpuBackend();
  return { name: 'webgpu', description: `WebGPU, ${name}`, reason: software ? `${reason}; it computes on the processor: right, and slow` : reason };
}

async function openSimd(reason: string): Promise<OpenedBackend> {
  const { registerSimdBackend } = await import('@cxr-ifa/backend-simd');
  const { threads, notice } = await registerSimdBackend({ threads: Math.min(MOST_THREADS, navigator.hardwareConcurrency) });
  return { name: 'simd', description: `WebAssembly, ${threads} thread${threads === 1 ? '' : 's'}`, reason: notice ?? reason };
}
