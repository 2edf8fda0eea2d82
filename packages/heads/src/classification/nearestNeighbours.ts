import { matMul, tensor2d, tidy, topk } from '@tensorflow/tfjs-core';
import { assertFeatures, type Features } from './features.ts';

/** The nearest images of a bank for each query, nearest first. */
export interface Neighbours {
  /** How many neighbours a query has. */
  readonly k: number;
  /** Positions in the bank, queries x k. */
  readonly indices: Int32Array;
  /** Cosine similarities from -1 to 1, queries x k. */
  readonly similarities: Float32Array;
}

const BANK_ROWS = 16_384;
const BLOCK_SIZE = 2 ** 22; // similarities at once, 16 MiB

/**
 * The k nearest images by cosine similarity, exactly: by matrix products on the current backend, in blocks, so that its memory stays bounded
 * (16,384 features of the bank and four million similarities) however large the bank is. A vector of zeros has similarity 0 to everything.
 * Equal similarities come in no particular order.
 *
 * @param queries Features to search with; borrowed.
 * @param bank Features to search in; borrowed.
 * @param k The number of neighbours, at most the bank's size.
 * @returns Positions in the bank and similarities.
 * @throws {TypeError} If the dimensions differ.
 * @throws {RangeError} If k is not an integer from 1 to the size of the bank, or a feature is not finite.
 *
 * @example
 * ```ts
 * const { indices, similarities } = await nearestNeighbours(query, bank, 5);
 * ```
 */
export async function nearestNeighbours(queries: Features, bank: Features, k: number): Promise<Neighbours> {
  assertFeatures('find neighbours', bank);
  assertFeatures('find neighbours', queries, bank.dimension);
  if (!(Number.isSafeInteger(k) && k >= 1 && k <= bank.count)) throw new RangeError(`Cannot find neighbours as k must be an integer from 1 to the bank's ${bank.count} images: current value is ${k}`);

  const indices = new Int32Array(queries.count * k);
  const similarities = new Float32Array(queries.count * k).fill(-Infinity);
  for (let bankStart = 0; bankStart < bank.count; bankStart += BANK_ROWS) {
    const bankBlock = unitRows(bank, bankStart, BANK_ROWS);
    const kept = Math.min(k, bankBlock.count);
    const keys = tensor2d(bankBlock.data, [bankBlock.count, bank.dimension]);
    try {
      const queryRows = Math.max(1, Math.floor(BLOCK_SIZE / bankBlock.count));
      for (let start = 0; start < queries.count; start += queryRows) {
        const block = unitRows(queries, start, queryRows);
        const best = tidy(() => {
          const similarity = matMul(tensor2d(block.data, [block.count, bank.dimension]), keys, false, true); // [queries, bank]
          return topk(similarity, kept); // [queries, kept]
        });
        try {
          const [values, positions] = [await best.values.data(), await best.indices.data()];
          for (let query = 0; query < block.count; query++) {
            const from = query * kept;
            mergeSorted(similarities, indices, (start + query) * k, k, values.subarray(from, from + kept) as Float32Array, positions.subarray(from, from + kept) as Int32Array, bankStart);
          }
        } finally {
          best.values.dispose();
          best.indices.dispose();
        }
      }
    } finally {
      keys.dispose();
    }
  }
  for (let index = 0; index < similarities.length; index++) similarities[index] = Math.max(-1, Math.min(1, similarities[index] as number));
  return { k, indices, similarities };
}

/** Rows from `start`, at most `rows` of them, scaled to length 1. */
function unitRows({ data, count, dimension }: Features, start: number, rows: number): Features {
  const end = Math.min(start + rows, count);
  const unit = data.slice(start * dimension, end * dimension);
  for (let row = 0; row < unit.length; row += dimension) {
    let squares = 0;
    for (let d = 0; d < dimension; d++) squares += (unit[row + d] as number) ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let d = 0; d < dimension; d++) unit[row + d] = (unit[row + d] as number) * scale;
  }
  return { data: unit, count: end - start, dimension };
}

/** Merges a descending list into the descending list of length k at `offset`, of which the k largest stay. */
function mergeSorted(similarities: Float32Array, indices: Int32Array, offset: number, k: number, values: Float32Array, positions: Int32Array, shift: number): void {
  const [oldValues, oldIndices] = [similarities.slice(offset, offset + k), indices.slice(offset, offset + k)];
  let [old, fresh] = [0, 0];
  for (let rank = 0; rank < k; rank++) {
    const takeFresh = fresh < values.length && (values[fresh] as number) > (oldValues[old] as number);
    similarities[offset + rank] = (takeFresh ? values[fresh] : oldValues[old]) as number;
    indices[offset + rank] = (takeFresh ? (positions[fresh++] as number) + shift : oldIndices[old++]) as number;
  }
}
