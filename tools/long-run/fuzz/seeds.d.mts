/** A file to be damaged. */
export interface Seed {
  readonly size: number;
  readonly table?: string;
  bytes(): Uint8Array;
}
export function ownSeeds(kind: string): Seed[];
export function realSeeds(kind: string): Seed[];
