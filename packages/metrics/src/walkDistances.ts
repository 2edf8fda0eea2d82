import type { FeatureRows } from './featureRows.ts';

/** Rows of either set that are in hand at once: they stay in the processor's cache, and nothing else is copied. */
const BLOCK = 32;

/**
 * Visits the squared Euclidean distance of each image of one set to each of another, summed over differences, so that equal images are at 0 exactly
 * and (a, b) is as far as (b, a). For one image of the first set, those of the second come in their order.
 */
export function walkDistances(first: FeatureRows, second: FeatureRows, visit: (i: number, j: number, squared: number) => void): void {
  const { dimension } = first;
  const [a, b] = [new Float64Array(BLOCK * dimension), new Float64Array(BLOCK * dimension)];
  for (let startA = 0; startA < first.count; startA += BLOCK) {
    const endA = Math.min(first.count, startA + BLOCK);
    copyRows(a, first, startA, endA);
    for (let startB = 0; startB < second.count; startB += BLOCK) {
      const endB = Math.min(second.count, startB + BLOCK);
      copyRows(b, second, startB, endB);
      for (let i = startA; i < endA; i++) for (let j = startB; j < endB; j++) visit(i, j, squaredDistance(a, (i - startA) * dimension, b, (j - startB) * dimension, dimension));
    }
  }
}

function copyRows(target: Float64Array, { data, dimension }: FeatureRows, start: number, end: number): void {
  for (let k = start * dimension, to = 0; k < end * dimension; k++) target[to++] = data[k] as number;
}

function squaredDistance(a: Float64Array, startA: number, b: Float64Array, startB: number, dimension: number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) {
    const difference = (a[startA + k] as number) - (b[startB + k] as number);
    sum += difference * difference;
  }
  return sum;
}
