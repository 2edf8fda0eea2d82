import { wasmBase64 as relaxedProbe } from './generated/relaxedProbe.ts';
import type { WasmHost } from './hostTypes.ts';

declare const WebAssembly: WasmHost;
declare function atob(base64: string): string;

/** The compiled kernels, and whether they use relaxed SIMD. */
export interface LoadedModule {
  readonly module: object;
  readonly relaxed: boolean;
}

/**
 * Compiles the kernels: with relaxed SIMD, whose fused multiply-add is faster and rounds once, where the host has it (Node 22, Deno 2, Chromium 114
 * and later), and without elsewhere. Only the module that is used is loaded.
 */
export async function loadModule(): Promise<LoadedModule> {
  const relaxed = WebAssembly.validate(decodeBase64(relaxedProbe));
  const { wasmBase64 } = relaxed ? await import('./generated/relaxed.ts') : await import('./generated/baseline.ts');
  return { module: await WebAssembly.compile(decodeBase64(wasmBase64)), relaxed };
}

function decodeBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
