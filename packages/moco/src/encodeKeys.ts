import { gather, keep, tensor1d, tidy, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { l2Normalise } from '@cxr-ifa/losses';
import type { Encoder, Parameters, Statistics } from '@cxr-ifa/tensor';
import type { ProjectionHead } from './projectionHead.ts';

/** What the loss needs of the keys; no gradient reaches it, since it is made before the tape opens. */
export interface EncodedKeys {
  /** Unit vectors [N, D]. */
  readonly embeddings: Tensor2D;
  /** The maps of the stages asked for. */
  readonly stages: Readonly<Record<string, Tensor4D>>;
  readonly batchStatistics: Statistics;
}

/**
 * Shuffle-BN on one device: the key batch is permuted, normalised in groups, and un-permuted, maps included.
 * Without the permutation a query and its key share a group, and batch-norm's statistics tell them apart from the negatives.
 *
 * @param permutation The order in which the images are grouped.
 * @param stageNames The stages whose maps are kept.
 * @see He et al. 2020, Momentum Contrast for Unsupervised Visual Representation Learning, section 3.3
 */
export function encodeKeys(
  { encoder, head }: { encoder: Encoder; head: ProjectionHead },
  { encoder: parameters, head: headParameters, statistics }: { encoder: Parameters; head: Parameters; statistics: Statistics },
  images: Tensor4D,
  { permutation, groups, stageNames }: { permutation: Int32Array; groups: number; stageNames: readonly string[] },
): EncodedKeys {
  let batchStatistics: Statistics = new Map();
  const inverse = new Int32Array(permutation.length);
  permutation.forEach((from, to) => (inverse[from] = to));

  const result = tidy(() => {
    const shuffled = gather(images, tensor1d(permutation, 'int32')); // [N, H, W, C]
    const unshuffle = <T extends Tensor>(tensor: T): T => gather(tensor, tensor1d(inverse, 'int32')) as T;
    const encoded = encoder.encode(parameters, statistics, shuffled, { training: true, groups });
    batchStatistics = encoded.batchStatistics as Statistics;
    for (const statistic of batchStatistics.values()) keep(statistic);
    const embeddings = unshuffle(l2Normalise(head.project(headParameters, encoded.features))) as Tensor2D; // [N, D]
    const stages = Object.fromEntries(stageNames.map((name) => [name, unshuffle(encoded.stages[name] as Tensor4D)]));
    return { embeddings, stages };
  });
  return { ...result, batchStatistics };
}
