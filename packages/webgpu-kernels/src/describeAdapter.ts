import type { GpuAdapter } from './gpuTypes.ts';

/** What there is to say of an adapter: for a run card, a page, a choice. */
export interface AdapterDescription {
  /** Vendor, architecture and device in words. */
  readonly name: string;
  /** Whether it computes on the processor: right, and slow. */
  readonly software: boolean;
  readonly features: readonly string[];
  /** The limits that training runs into, in the units of WebGPU. */
  readonly limits: Readonly<Record<(typeof TOLD_LIMITS)[number], number>>;
}

const TOLD_LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage', 'maxComputeWorkgroupStorageSize', 'maxComputeInvocationsPerWorkgroup', 'maxComputeWorkgroupsPerDimension'] as const;
/** How software adapters name themselves, where the runtime has no `isFallbackAdapter`: Mesa's, Chromium's and Microsoft's. */
const SOFTWARE = /llvmpipe|lavapipe|swiftshader|softpipe|basic render|\bwarp\b/i;

/** Describes an adapter; asks nothing of it but what it says. */
export function describeAdapter({ info, features, limits }: GpuAdapter): AdapterDescription {
  const words = [info.vendor, info.architecture, info.description || info.device].filter((word) => word !== '');
  return {
    name: words.join(' ') || 'an adapter that does not say what it is',
    software: info.isFallbackAdapter === true || SOFTWARE.test(`${words.join(' ')} ${info.device}`),
    features: [...features].sort(),
    limits: Object.fromEntries(TOLD_LIMITS.map((name) => [name, limits[name] as number])) as AdapterDescription['limits'],
  };
}
