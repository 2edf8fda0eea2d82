import { InputError } from '@cxr-ifa/tensor';
import type { Gpu, GpuAdapter } from './gpuTypes.ts';

/**
 * The fastest adapter that the host has.
 *
 * @param gpu `navigator.gpu`, or `openDawn()`'s in Node.
 * @throws {InputError} If the host has no WebGPU, or WebGPU finds no adapter.
 */
export async function requestAdapter(gpu: Gpu | undefined = (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu): Promise<GpuAdapter> {
  if (!gpu) throw new InputError('Cannot use WebGPU as this host has none (no navigator.gpu): use a browser with WebGPU over https, Deno, or in Node openDawn() of @cxr-ifa/webgpu-kernels/node');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new InputError('Cannot use WebGPU as it finds no adapter on this machine: install the driver of your graphics card (on Linux with its Vulkan part), or use another backend');
  return adapter;
}
