/** What `--backend` may be. */
export const BACKENDS = ['auto', 'simd', 'cpu', 'wasm', 'node', 'node-gpu', 'webgpu'] as const;
export type BackendName = (typeof BACKENDS)[number];
