// What this package touches of WebGPU, by structure: browsers, Dawn and Deno each bring types of their own.

/** What an adapter says of itself; every field may be empty. */
export interface GpuAdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** Whether the adapter computes on the processor; some runtimes do not say. */
  readonly isFallbackAdapter?: boolean;
}

/** An error of the device that no one was waiting for. */
export interface GpuError {
  readonly message: string;
}

/** A device: the part of `GPUDevice` that is used here. */
export interface GpuDevice {
  readonly limits: Readonly<Record<string, number>>;
  readonly features: ReadonlySet<string>;
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  addEventListener(type: 'uncapturederror', listener: (event: { readonly error: GpuError; preventDefault?(): void }) => void): void;
  destroy(): void;
}

/** An adapter: the part of `GPUAdapter` that is used here. */
export interface GpuAdapter {
  readonly info: GpuAdapterInfo;
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: { requiredFeatures: readonly string[]; requiredLimits: Record<string, number> }): Promise<GpuDevice>;
}

/** `navigator.gpu`. */
export interface Gpu {
  requestAdapter(options?: { powerPreference?: 'high-performance' | 'low-power'; forceFallbackAdapter?: boolean }): Promise<GpuAdapter | null>;
}
