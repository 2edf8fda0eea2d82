import type { AdapterDescription } from '@cxr-ifa/webgpu-kernels';

/**
 * What `--backend auto` is, and why: webgpu on a real GPU, else simd. A software adapter is right, and slower than simd: it is never chosen.
 *
 * @param gpu The fastest adapter; an error that says why none can be used; nothing where the machine shows no GPU.
 */
export function chooseBackend(gpu: AdapterDescription | Error | undefined): { name: 'webgpu' | 'simd'; why: string } {
  if (gpu === undefined) return { name: 'simd', why: 'the fastest that is built in, as there is no GPU' };
  if (gpu instanceof Error) return { name: 'simd', why: `the fastest that is built in, as no GPU can be used (${gpu.message})` };
  if (gpu.software) return { name: 'simd', why: `the fastest that is built in, as the only adapter computes on the processor (${gpu.name})` };
  return { name: 'webgpu', why: 'the fastest that is there' };
}
