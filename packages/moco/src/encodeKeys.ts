import { concat, gather, keep, maxPool, reshape, sub, tensor1d, tidy, type Tensor, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { l2Normalise, warpMap, type IfaTerm } from '@cxr-ifa/losses';
import { assertShape, disposeTensors, type Encoder, type Statistics } from '@cxr-ifa/tensor';
import type { Branch } from './branch.ts';
import { meanOver } from './meanOver.ts';
import type { ProjectionHead } from './projectionHead.ts';
import { sliceRows } from './sliceRows.ts';
import type { Alignment } from './views.ts';

/** What the loss needs of the keys; no gradient reaches it, since it is made before the tape opens. */
export interface Keys {
  /** Unit vectors [N, D]. */
  readonly embeddings: Tensor2D;
  /** The maps of the terms' stages, on the query's grid if views were aligned. */
  readonly stages: Readonly<Record<string, Tensor4D>>;
  /** The masks of aligned views, as the terms pool their maps. */
  readonly masks: Readonly<Record<string, Tensor3D>>;
}

/** Keys, and what batch-norm saw of their batch. */
export interface EncodedKeys extends Keys {
  readonly batchStatistics: Statistics;
}

/** How {@link encodeKeys} encodes. */
export interface EncodeKeysOptions {
  /** The order in which the images are grouped. */
  readonly permutation: Int32Array;
  /** Batch-norm groups of the whole batch. */
  readonly groups: number;
  /** Into how many parts, of whole groups, the shuffled batch is cut: one is encoded after the other, which changes nothing but rounding. */
  readonly microBatches: number;
  /** The stages whose maps are kept, and how IFA pools them. */
  readonly terms: readonly Pick<IfaTerm, 'stage' | 'pool'>[];
  /** Where each cell of the query lies in its key, by stage. */
  readonly alignment?: Readonly<Record<string, Alignment>> | undefined;
}

/**
 * Shuffle-BN on one device: the key batch is permuted, normalised in groups, and un-permuted, maps included.
 * Maps are warped, where views are aligned, after that: an alignment is by the batch's own order.
 * Without the permutation a query and its key share a group, and batch-norm's statistics tell them apart from the negatives.
 *
 * @see He et al. 2020, Momentum Contrast for Unsupervised Visual Representation Learning, section 3.3
 */
export function encodeKeys({ encoder, head }: { encoder: Encoder; head: ProjectionHead }, branch: Branch, images: Tensor4D, { permutation, groups, microBatches, terms, alignment }: EncodeKeysOptions): EncodedKeys {
  let batchStatistics: Statistics = new Map();
  const inverse = new Int32Array(permutation.length);
  permutation.forEach((from, to) => (inverse[from] = to));

  const keys = tidy(() => {
    const shuffled = gather(images, tensor1d(permutation, 'int32')); // [N, H, W, C]
    const parts: { embeddings: Tensor; stages: Record<string, Tensor> }[] = [];
    const encodePart = (part: number): { batchStatistics: Statistics } => {
      const { statistics, ...encoded } = tidy(() => {
        const { stages, features, batchStatistics: found } = encoder.encode(branch.encoder, branch.statistics, sliceRows(shuffled, part, microBatches), { training: true, groups: groups / microBatches });
        const embeddings = l2Normalise(head.project(branch.head, features)); // [N / parts, D]
        return { embeddings, stages: Object.fromEntries(terms.map(({ stage }) => [stage, stages[stage] as Tensor])), statistics: Object.fromEntries(found as Statistics) };
      });
      parts.push(encoded);
      return { batchStatistics: new Map(Object.entries(statistics)) };
    };
    batchStatistics = meanOver(microBatches, encodePart).batchStatistics;
    for (const statistic of batchStatistics.values()) keep(statistic);

    /** Of the whole batch in its own order; the parts go. */
    const join = <T extends Tensor>(of: (part: (typeof parts)[number]) => Tensor): T =>
      tidy(() => {
        const tensors = parts.map(of);
        const whole = tensors.length === 1 ? (tensors[0] as Tensor) : concat(tensors);
        const inOrder = gather(whole, tensor1d(inverse, 'int32')) as T;
        disposeTensors(tensors);
        return inOrder;
      });
    const aligned = alignment && ((stage: string): Alignment => alignment[stage] as Alignment);
    const mapOf = (stage: string): Tensor4D => tidy(() => {
      const map = join<Tensor4D>(({ stages }) => stages[stage] as Tensor); // [N, H, W, C]
      if (!aligned) return map;
      const { positions } = aligned(stage);
      assertShape('align maps', { [`the key's ${stage}`]: [map, ['N', 'H', 'W', 'C']], [`the positions of ${stage}`]: [positions, ['N', 'H', 'W', 2]] });
      return warpMap(map, positions);
    });
    return {
      embeddings: join<Tensor2D>(({ embeddings }) => embeddings), // [N, D]
      stages: Object.fromEntries(terms.map(({ stage }) => [stage, mapOf(stage)])),
      masks: aligned ? Object.fromEntries(terms.map(({ stage, pool = 1 }) => [stage, poolMask(aligned(stage).mask, pool)])) : {},
    };
  });
  return { ...keys, batchStatistics };
}

/** A window counts if all of its cells do. */
function poolMask(mask: Tensor3D, pool: number): Tensor3D {
  if (pool === 1) return mask.clone();
  return tidy(() => {
    const missing = maxPool(reshape(sub(1, mask), [...mask.shape, 1]) as Tensor4D, pool, pool, 'valid'); // [N, H / pool, W / pool, 1]
    return reshape(sub(1, missing), missing.shape.slice(0, 3) as [number, number, number]);
  });
}
