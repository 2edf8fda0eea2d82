import type { Features } from './features.ts';

/**
 * Some rows of features, as features of their own.
 *
 * @param features Borrowed.
 * @param rows Positions, in the order that is wanted.
 *
 * @example
 * ```ts
 * const training = selectFeatures(features, [0, 2, 5]);
 * ```
 */
export function selectFeatures({ data, dimension }: Features, rows: ArrayLike<number>): Features {
  const selected = new Float32Array(rows.length * dimension);
  for (let position = 0; position < rows.length; position++) {
    const row = rows[position] as number;
    selected.set(data.subarray(row * dimension, (row + 1) * dimension), position * dimension);
  }
  return { data: selected, count: rows.length, dimension };
}
