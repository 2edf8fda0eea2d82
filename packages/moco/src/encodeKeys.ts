import { gather, keep, maxPool, reshape, sub, tensor1d, tidy, type Tensor, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { l2Normalise, warpMap, type IfaTerm } from '@cxr-ifa/losses';
import { assertShape, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import type { ProjectionHead } from './projectionHead.ts';
import type { Alignment } from './views.ts';

/** What the loss needs of the keys; no gradient reaches it, since it is made before the tape opens. */
export interface EncodedKeys {
  /** Unit vectors [N, D]. */
  readonly embeddings: Tensor2D;
  /** The maps of the terms' stages, on the query's grid if views were aligned. */
  readonly stages: Readonly<Record<string, Tensor4D>>;
  /** The masks of aligned views, as the terms pool their maps. */
  readonly masks: Readonly<Record<string, Tensor3D>>;
  readonly batchStatistics: Statistics;
}

/**
 * Shuffle-BN on one device: the key batch is permuted, normalised in groups, and un-permuted, maps included.
 * Maps are warped, where views are aligned, after that: an alignment is by the batch's own order.
 * Without the permutation a query and its key share a group, and batch-norm's statistics tell them apart from the negatives.
 *
 * @param permutation The order in which the images are grouped.
 * @param terms The stages whose maps are kept, and how IFA pools them.
 * @param alignment Where each cell of the query lies in its key, by stage.
 * @see He et al. 2020, Momentum Contrast for Unsupervised Visual Representation Learning, section 3.3
 */
export function encodeKeys(
  { encoder, head }: { encoder: Encoder; head: ProjectionHead },
  { encoder: parameters, head: headParameters, statistics }: { encoder: Parameters; head: Parameters; statistics: Statistics },
  images: Tensor4D,
  { permutation, groups, terms, alignment }: { permutation: Int32Array; groups: number; terms: readonly Pick<IfaTerm, 'stage' | 'pool'>[]; alignment?: Readonly<Record<string, Alignment>> | undefined },
): EncodedKeys {
  let batchStatistics: Statistics = new Map();
  const inverse = new Int32Array(permutation.length);
  permutation.forEach((from, to) => (inverse[from] = to));

  const result = tidy(() => {
    const shuffled = gather(images, tensor1d(permutation, 'int32')); // [N, H, W, C]
    const unshuffle = <T extends Tensor>(tensor: T): T => gather(tensor, tensor1d(inverse, 'int32')) as T;
    const encoded = encoder.encode(parameters, statistics, shuffled, { training: true, groups });
    const embeddings = unshuffle(l2Normalise(head.project(headParameters, encoded.features))) as Tensor2D; // [N, D]
    const aligned = alignment && ((stage: string): Alignment => alignment[stage] as Alignment);
    const mapOf = (stage: string): Tensor4D => tidy(() => {
      const map = unshuffle(encoded.stages[stage] as Tensor4D); // [N, H, W, C]
      if (!aligned) return map;
      const { positions } = aligned(stage);
      assertShape('align maps', { [`the key's ${stage}`]: [map, ['N', 'H', 'W', 'C']], [`the positions of ${stage}`]: [positions, ['N', 'H', 'W', 2]] });
      return warpMap(map, positions);
    });
    const stages = Object.fromEntries(terms.map(({ stage }) => [stage, mapOf(stage)]));
    const masks = aligned ? Object.fromEntries(terms.map(({ stage, pool = 1 }) => [stage, poolMask(aligned(stage).mask, pool)])) : {};
    batchStatistics = encoded.batchStatistics as Statistics;
    for (const statistic of batchStatistics.values()) keep(statistic);
    return { embeddings, stages, masks };
  });
  return { ...result, batchStatistics };
}

/** A window counts if all of its cells do. */
function poolMask(mask: Tensor3D, pool: number): Tensor3D {
  if (pool === 1) return mask.clone();
  return tidy(() => {
    const missing = maxPool(reshape(sub(1, mask), [...mask.shape, 1]) as Tensor4D, pool, pool, 'valid'); // [N, H / pool, W / pool, 1]
    return reshape(sub(1, missing), missing.shape.slice(0, 3) as [number, number, number]);
  });
}
