import { add, mean, mul, scalar, square, sub, tidy, type Scalar } from '@tensorflow/tfjs-core';
import { adaptiveAveragePool } from './adaptiveAveragePool.ts';
import { cosineToKey } from './cosineMap.ts';
import { findStagePair } from './findStagePair.ts';
import type { StageLoss, StageMaps } from './stageLoss.ts';
import { checkStageTerms, type StageTerm } from './stageTerm.ts';
import { stopGradient } from './stopGradient.ts';

const ACTION = 'compute the mean squared error of stages';

/** One term of {@link stageMse}. */
export interface StageMseTerm extends StageTerm {
  /** Both maps are first averaged to size x size cells, whatever their own size is. */
  readonly size: number;
}

/** Options of {@link stageMse}. */
export interface StageMseOptions {
  /** The terms, at most one a stage; see `kakuMse`. */
  readonly terms: readonly StageMseTerm[];
}

/**
 * Pulls a query's intermediate feature maps to those of its positive pair by their squared distance, as Kaku et al. do beside momentum contrast.
 *
 *     loss = sum over terms of weight mean (P(query map) - P(key map))^2
 *
 * P averages to a coarse grid, which forgives small shifts between the views. Maps are not normalised over channels, so their scale counts.
 * Keys are constants: no gradient reaches them, wherever they come from.
 *
 * @param queryStages The query's maps by stage, [N, H, W, C]; borrowed. Stages without a term are not looked at.
 * @param keyStages The key's maps, in the query's order of images, of the same shapes; borrowed.
 * @param options The terms.
 * @returns The loss, each stage's term, and each stage's mean cosine over the pooled maps. Without terms the loss is 0.
 * @throws {RangeError} If a term's stage is missing, appears twice, or its numbers are out of range.
 * @throws {TypeError} If shapes differ.
 *
 * @example
 * ```ts
 * const { loss, stages } = stageMse(query.stages, key.stages, { terms: kakuMse });
 * ```
 *
 * @see Kaku et al. 2021, Intermediate Layers Matter in Momentum Contrastive Self Supervised Learning, section 3
 */
export function stageMse(queryStages: StageMaps, keyStages: StageMaps, { terms }: StageMseOptions): StageLoss {
  checkStageTerms(ACTION, terms);
  for (const { stage, size } of terms) {
    if (!(Number.isInteger(size) && size >= 1)) throw new RangeError(`Cannot ${ACTION} as the size of ${stage} must be a positive integer: current value is ${size}`);
  }
  return tidy(() => {
    const stages: Record<string, Scalar> = {};
    const similarity: Record<string, Scalar> = {};
    let loss = scalar(0);
    for (const { stage, weight, size } of terms) {
      const { query, key } = findStagePair(ACTION, queryStages, keyStages, stage);
      const [pooledQuery, pooledKey] = [adaptiveAveragePool(query, size), adaptiveAveragePool(stopGradient(key), size)]; // [N, size, size, C]
      const term: Scalar = mean(square(sub(pooledQuery, pooledKey)));
      stages[stage] = term;
      similarity[stage] = mean(cosineToKey(pooledQuery, pooledKey));
      loss = add(loss, mul(term, weight));
    }
    return { loss, stages, similarity };
  });
}
