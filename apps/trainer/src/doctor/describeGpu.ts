import type { AdapterDescription } from '@cxr-ifa/webgpu-kernels';
import { formatBytes } from '../output/formatBytes.ts';
import type { Finding } from './finding.ts';

/** What there is to say of the adapter that the backend webgpu computes on: the features and limits that training runs into. */
export function describeGpu({ name, software, features, limits }: AdapterDescription): Finding[] {
  const line = (what: string, result: string): Finding => ({ what: `webgpu: ${what}`, result, state: 'good' });
  return [
    line('adapter', `${name}${software ? ', which computes on the processor: right, and slow; never chosen by --backend auto' : ''}`),
    line('features', ['shader-f16', 'subgroups', 'timestamp-query', 'chromium-experimental-subgroup-matrix'].map((feature) => `${feature} ${features.includes(feature) ? 'yes' : 'no'}`).join(', ')),
    line('limits', `a tensor of ${formatBytes(Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize))}, ${limits.maxStorageBuffersPerShaderStage} buffers a kernel, ${limits.maxComputeInvocationsPerWorkgroup} invocations and ${formatBytes(limits.maxComputeWorkgroupStorageSize)} of shared memory a workgroup, ${limits.maxComputeWorkgroupsPerDimension} workgroups a dimension`),
  ];
}
