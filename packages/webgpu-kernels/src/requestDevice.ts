import { InputError } from '@cxr-ifa/tensor';
import { describeAdapter } from './describeAdapter.ts';
import type { GpuAdapter, GpuDevice } from './gpuTypes.ts';

/** Raised to what the adapter has: by default a storage buffer ends at 128 MiB, and a kernel sees eight of them. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupsPerDimension',
] as const;
const WANTED_FEATURES = ['timestamp-query', 'shader-f16', 'subgroups'] as const;

/**
 * A device of the adapter with all that it has of what training uses. (tfjs's own asks for a list inside a list of features, which Deno refuses.)
 *
 * @throws {InputError} If the adapter gives none, such as when its driver has crashed before.
 */
export async function requestDevice(adapter: GpuAdapter): Promise<GpuDevice> {
  const requiredFeatures = WANTED_FEATURES.filter((name) => adapter.features.has(name));
  const requiredLimits = Object.fromEntries(RAISED_LIMITS.flatMap((name) => (adapter.limits[name] === undefined ? [] : [[name, adapter.limits[name]]])));
  try {
    return await adapter.requestDevice({ requiredFeatures, requiredLimits });
  } catch (error) {
    throw new InputError(`Cannot use WebGPU as the adapter ${describeAdapter(adapter).name} gives no device (${(error as Error).message}): restart the program, and update the driver if it happens again`, { cause: error });
  }
}
