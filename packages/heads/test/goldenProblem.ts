import { counterNormal } from '@cxr-ifa/testing';
import type { Features } from '../src/classification/index.ts';

const DIMENSION = 6;

/** tools/golden/heads.py: problem(). Correlated features of unequal scale and offset, the last one constant, and what decides the labels. */
export function goldenProblem(stream: number, count = 90): { features: Features; margin: Float64Array } {
  const z = counterNormal(stream, count * DIMENSION);
  const data = Float32Array.from(z, (value, index) => {
    const d = index % DIMENSION;
    const next = z[index - d + ((d + 1) % DIMENSION)] as number;
    return d === DIMENSION - 1 ? 4 : (value + 0.7 * next) * 3 ** d * 0.1 + d;
  });
  const noise = counterNormal(stream + 1, count);
  const margin = noise.map((x, image) => (z[image * DIMENSION] as number) - (z[image * DIMENSION + 2] as number) + x);
  return { features: { data, count, dimension: DIMENSION }, margin };
}
