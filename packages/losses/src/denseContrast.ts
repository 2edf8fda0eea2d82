import { assertShape } from '@cxr-ifa/tensor';
import { add, argMax, expandDims, gather, matMul, range, reshape, tidy, type Tensor1D, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { infoNce, type InfoNce, type InfoNceOptions } from './infoNce.ts';
import { l2Normalise } from './l2Normalise.ts';

/** What {@link denseContrast} needs of one view: maps of one height and width. */
export interface DenseView {
  /** The encoder's last map, by which positions are matched, [N, H, W, C]. */
  readonly features: Tensor4D;
  /** What the dense head makes of it, by which they are compared, [N, H, W, D], not normalised. */
  readonly dense: Tensor4D;
}

/**
 * Dense contrast: InfoNCE for each position of a query, whose positive is the position of the key that looks most like it.
 *
 *     match[n, p] = argmax over p' of cosine(query.features[n, p], key.features[n, p'])
 *     loss = InfoNCE of query.dense[n, p] and key.dense[n, match[n, p]] against the queue, mean over all n and p
 *
 * The match cures what the views' warps do to grid positions. Only the query's dense outputs have a gradient: the features choose, and a choice has none.
 * DenseCL mixes it with InfoNCE of the images by half and half; the mix is the caller's, and so is the queue, which `poolDenseKeys` feeds.
 *
 * @param query The queries' maps; borrowed.
 * @param key Their positives', in the same order, of the same shapes; borrowed.
 * @param queue L2-normalised pooled dense keys of earlier batches, [K, D]; borrowed.
 * @param options The temperature.
 * @returns As `infoNce`, over positions; all of it belongs to the caller.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If the temperature is not above 0.
 *
 * @example
 * ```ts
 * const dense = denseContrast({ features: query.stages.layer4, dense: queryDense }, { features: key.stages.layer4, dense: keyDense }, denseQueue);
 * const loss = tf.add(tf.mul(0.5, contrast.loss), tf.mul(0.5, dense.loss));
 * ```
 *
 * @see Wang et al. 2021, Dense Contrastive Learning for Self-Supervised Visual Pre-Training, equations 2 and 3
 */
export function denseContrast(query: DenseView, key: DenseView, queue: Tensor2D, options: InfoNceOptions = {}): InfoNce {
  const [features, outputs] = [['N', 'H', 'W', 'C'], ['N', 'H', 'W', 'D']];
  const { D } = assertShape('compute dense contrast', {
    "the query's features": [query.features, features],
    "the key's features": [key.features, features],
    "the query's dense outputs": [query.dense, outputs],
    "the key's dense outputs": [key.dense, outputs],
    queue: [queue, ['K', 'D']],
  }) as { D: number };
  return tidy(() => {
    const rows = (dense: Tensor4D): Tensor2D => l2Normalise(reshape(dense, [-1, D])); // [N H W, D]
    const positives = gather(rows(key.dense), matchPositions(query.features, key.features)); // [N H W, D]
    return { ...infoNce(rows(query.dense), positives, queue, options) };
  });
}

/** For each position of the queries, [N H W], the row of its match among all positions of all keys. */
function matchPositions(query: Tensor4D, key: Tensor4D): Tensor1D {
  const [images, height, width, channels] = query.shape;
  const positions = height * width;
  const directions = (map: Tensor4D): Tensor3D => l2Normalise(reshape(map, [images, positions, channels]));
  const match = argMax(matMul(directions(query), directions(key), false, true), 2); // [N, H W]
  const firstRows = expandDims(range(0, images * positions, positions, 'int32'), 1); // [N, 1]
  return reshape(add(match, firstRows), [-1]);
}
