export const BACKENDS = ['auto', 'webgpu', 'simd'] as const;
/** What computes: `auto` is WebGPU where there is a real GPU, and WebAssembly elsewhere. */
export type BackendChoice = (typeof BACKENDS)[number];

/** The backend that computes from now on. */
export interface OpenedBackend {
  readonly name: 'webgpu' | 'simd';
  /** What it computes on, for the screen. */
  readonly description: string;
  /** Why this one, or what limits it. */
  readonly reason: string;
}
