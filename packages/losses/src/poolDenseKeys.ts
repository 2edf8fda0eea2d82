import { assertShape } from '@cxr-ifa/tensor';
import { mean, tidy, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { l2Normalise } from './l2Normalise.ts';

/**
 * What DenseCL's second queue takes of a batch: each key's dense outputs averaged over positions, then normalised.
 *
 * @param dense The dense head's outputs for the keys, [N, H, W, D], not normalised; borrowed.
 * @returns Unit vectors [N, D]; they belong to the caller.
 * @throws {TypeError} If the outputs are not of rank 4.
 *
 * @example
 * ```ts
 * const next = enqueue(denseQueue, pointer, poolDenseKeys(key.dense));
 * ```
 *
 * @see Wang et al. 2021, Dense Contrastive Learning for Self-Supervised Visual Pre-Training, section 3.2
 */
export function poolDenseKeys(dense: Tensor4D): Tensor2D {
  assertShape('pool dense keys', { dense: [dense, ['N', 'H', 'W', 'D']] });
  return tidy(() => l2Normalise(mean<Tensor2D>(dense, [1, 2])));
}
