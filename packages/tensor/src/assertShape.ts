import type { Tensor } from '@tensorflow/tfjs-core';

/** A dimension: its size, or a letter that stands for any size, the same wherever it appears again. */
export type Dimension = number | string;

/**
 * Checks shapes at the door: `assertShape('compute InfoNCE', { query: [query, ['N', 'D']], queue: [queue, ['K', 'D']] })`.
 *
 * @param action What cannot be done if a shape is wrong, as in "Cannot `action`".
 * @param tensors The tensors by argument name, each with its expected dimensions; letters must agree over all of them.
 * @returns The sizes that the letters took.
 * @throws {TypeError} If a rank, a size, or a letter's second appearance does not fit.
 *
 * @example
 * ```ts
 * const { N } = assertShape('compare', { query: [query, ['N', 128]], key: [key, ['N', 128]] });
 * ```
 */
export function assertShape(action: string, tensors: Readonly<Record<string, readonly [Tensor, readonly Dimension[]]>>): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, [tensor, dimensions]] of Object.entries(tensors)) {
    const fits =
      tensor.rank === dimensions.length &&
      dimensions.every((dimension, axis) => {
        const size = tensor.shape[axis] as number;
        if (typeof dimension === 'number') return size === dimension;
        sizes[dimension] ??= size;
        return sizes[dimension] === size;
      });
    if (!fits) {
      const expected = dimensions.map((dimension) => (typeof dimension === 'string' && sizes[dimension] !== undefined ? `${dimension}=${sizes[dimension]}` : dimension));
      throw new TypeError(`Cannot ${action} as ${name} must have shape [${expected.join(', ')}]: current shape is [${tensor.shape.join(', ')}]`);
    }
  }
  return sizes;
}
