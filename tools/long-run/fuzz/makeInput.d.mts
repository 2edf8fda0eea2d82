import type { Rng } from '@cxr-ifa/tensor';
import type { Seed } from './seeds.mjs';

export interface Input {
  readonly bytes: Uint8Array;
  readonly table?: string;
}
export function makeInput(kind: string, seeds: { readonly own: readonly Seed[]; readonly real: readonly Seed[] }, rng: Rng): Input;
