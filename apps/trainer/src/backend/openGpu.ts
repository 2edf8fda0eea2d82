import type { AdapterDescription } from '@cxr-ifa/webgpu-kernels';
import { importOptional } from './importOptional.ts';

/**
 * Opens the fastest GPU and registers the backend `webgpu` on it.
 *
 * @param options With `look`, it only looks which adapter there is.
 * @throws {InputError} If npm's `webgpu` is not installed, or there is no adapter or no device.
 */
export async function openGpu({ look = false }: { look?: boolean } = {}): Promise<AdapterDescription> {
  process.env['XDG_RUNTIME_DIR'] ??= '/tmp'; // without it Vulkan's loader prints a warning
  const { openDawn } = await importOptional('webgpu', 'webgpu', () => import('@cxr-ifa/webgpu-kernels/node'));
  openDawn();
  const { describeAdapter, registerWebgpuBackend, requestAdapter } = await import('@cxr-ifa/webgpu-kernels');
  return look ? describeAdapter(await requestAdapter()) : registerWebgpuBackend();
}
