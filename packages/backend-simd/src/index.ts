/**
 * A TensorFlow.js backend in WebAssembly SIMD, with threads, that can train.
 *
 * @module
 */
export { registerSimdBackend, type SimdRegistration } from './registerSimdBackend.ts';
export type { SimdOptions } from './createSimdBackend.ts';
export type { SimdBackend, SimdMemory } from './simdBackend.ts';
