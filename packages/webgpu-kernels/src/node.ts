/**
 * WebGPU in Node: Dawn, from npm's `webgpu`.
 *
 * @module
 */
export { openDawn } from './openDawn.ts';
