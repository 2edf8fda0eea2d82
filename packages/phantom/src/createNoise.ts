import type { Rng } from '@cxr-ifa/tensor';

const SIDE = 64;

/**
 * Smooth random fields in the plane: values between -1 and 1 on a lattice of unit cells, interpolated smoothly between them.
 * It holds nothing finer than a cell, so a field drawn in centimetres is the same at every image size.
 */
export function createNoise(rng: Rng): (x: number, y: number) => number {
  const lattice = Float32Array.from({ length: SIDE * SIDE }, () => rng.uint32() * 2 ** -31 - 1);
  const wrap = SIDE - 1;
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const fx = x - column;
    const fy = y - row;
    const sx = fx * fx * (3 - 2 * fx);
    const sy = fy * fy * (3 - 2 * fy);
    const left = column & wrap;
    const right = (column + 1) & wrap;
    const top = (row & wrap) * SIDE;
    const bottom = ((row + 1) & wrap) * SIDE;
    const a = lattice[top + left] as number;
    const b = lattice[top + right] as number;
    const c = lattice[bottom + left] as number;
    const d = lattice[bottom + right] as number;
    const upper = a + sx * (b - a);
    return upper + sy * (c + sx * (d - c) - upper);
  };
}
