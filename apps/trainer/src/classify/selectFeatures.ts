import type { Features } from '@cxr-ifa/heads/classification';

/** Some rows of features, as features of their own. */
export function selectFeatures({ data, dimension }: Features, rows: readonly number[]): Features {
  const selected = new Float32Array(rows.length * dimension);
  rows.forEach((row, position) => selected.set(data.subarray(row * dimension, (row + 1) * dimension), position * dimension));
  return { data: selected, count: rows.length, dimension };
}
