import { create, globals } from 'webgpu';
import type { Gpu } from './gpuTypes.ts';

/**
 * Opens Dawn and puts it where tfjs and everyone else looks for it: `navigator.gpu`, with the global classes of WebGPU. Again, it returns what is open.
 *
 * @param flags Dawn's own, such as `enable-dawn-features=...`.
 * @returns `navigator.gpu`.
 *
 * @example
 * ```ts
 * openDawn();
 * await registerWebgpuBackend();
 * ```
 */
export function openDawn(flags: readonly string[] = []): Gpu {
  const host = globalThis as { navigator?: { gpu?: Gpu } };
  if (host.navigator?.gpu) return host.navigator.gpu;
  Object.assign(globalThis, globals);
  const gpu = create([...flags]) as unknown as Gpu;
  // Node 20 has no navigator; later ones have one that cannot be assigned to
  if (host.navigator) Object.defineProperty(host.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true, writable: true });
  return gpu;
}
