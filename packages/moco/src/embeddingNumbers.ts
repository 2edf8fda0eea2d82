import { alignment, effectiveRank, uniformity } from '@cxr-ifa/metrics';
import type { EmbeddingRows } from './observe.ts';

/** Beyond so many images these numbers say little more, and uniformity and effective rank take much longer. */
const MOST_IMAGES = 256;

/**
 * How a batch's embeddings lie on the sphere:
 * - `embeddingStd`: the standard deviation of each dimension over the images, averaged, times sqrt(D): 1 where they are spread evenly, 0 where all images have one;
 * - `alignment`: the mean squared distance of a query to its key;
 * - `uniformity`: the log of the mean of exp(-2 distance squared) between queries: near -4 where they are spread evenly, 0 where all are one;
 * - `effectiveRank`: how many dimensions queries fill, at most the number of images.
 *
 * @param embeddings Unit vectors of queries and their keys; only the first 256 images are looked at. A vector of zeros, as a dead encoder gives, leaves all numbers out.
 */
export function embeddingNumbers({ query, key }: { readonly query: EmbeddingRows; readonly key: EmbeddingRows }): Record<string, number> {
  const [queries, keys] = [firstRows(query), firstRows(key)];
  if (!hasDirections(queries) || !hasDirections(keys)) return {};
  const rank = effectiveRank(queries);
  return {
    embeddingStd: relativeDeviation(queries),
    alignment: alignment(queries, keys),
    ...(queries.count > 1 && { uniformity: uniformity(queries) }),
    ...(rank !== undefined && { effectiveRank: rank }),
  };
}

function firstRows({ data, count, dimension }: EmbeddingRows): EmbeddingRows {
  const rows = Math.min(count, MOST_IMAGES);
  return { data: data.subarray(0, rows * dimension), count: rows, dimension };
}

function hasDirections({ data, count, dimension }: EmbeddingRows): boolean {
  return Array.from({ length: count }, (_, row) => data.subarray(row * dimension, (row + 1) * dimension)).every((vector) => vector.some((value) => value !== 0) && vector.every(Number.isFinite));
}

function relativeDeviation({ data, count, dimension }: EmbeddingRows): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) {
    let [mean, squares] = [0, 0];
    for (let row = 0; row < count; row++) mean += (data[row * dimension + d] as number) / count;
    for (let row = 0; row < count; row++) squares += ((data[row * dimension + d] as number) - mean) ** 2 / count;
    sum += Math.sqrt(squares);
  }
  return (sum / dimension) * Math.sqrt(dimension);
}
