import { add, mean, mul, scalar, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { findStagePair } from './findStagePair.ts';
import type { StageLoss, StageMaps } from './stageLoss.ts';
import { checkStageTerms, type StageTerm } from './stageTerm.ts';
import { stopGradient } from './stopGradient.ts';

const ACTION = 'compare projected stages';

/** Options of {@link projectedStageLoss}. */
export interface ProjectedStageLossOptions {
  /** Stages and weights, at most one term a stage. */
  readonly terms: readonly StageTerm[];
  /** The projector of a stage, which query and key share: [N, C] to [N, D]. Called within a tape; borrows its argument. @default the vectors as they are */
  readonly project?: (pooled: Tensor2D, stage: string) => Tensor2D;
  /** The loss of two matrices [N, D], such as `barlowTwins` or `vicReg`. */
  readonly compare: (query: Tensor2D, key: Tensor2D) => { readonly loss: Scalar; readonly similarity: Scalar };
}

/**
 * A loss of two matrices, applied to stages: each map is averaged over all positions, projected, and compared with its pair.
 *
 *     loss = sum over terms of weight compare(project(mean of query map), project(mean of key map))
 *
 * The key's maps are constants: no gradient reaches them, wherever they come from. The projector learns from the key's side as well where `compare` lets it.
 *
 * @param queryStages The query's maps by stage, [N, H, W, C]; borrowed. Stages without a term are not looked at.
 * @param keyStages The key's maps, in the query's order of images, of the same shapes; borrowed.
 * @param options The terms, the projector and the comparison.
 * @returns The loss, each stage's term, and each stage's similarity as `compare` has it. Without terms the loss is 0.
 * @throws {RangeError} If a term's stage is missing, appears twice, or its weight is out of range.
 * @throws {TypeError} If shapes differ.
 *
 * @example
 * ```ts
 * const { loss } = projectedStageLoss(query.stages, key.stages, { terms: [{ stage: 'layer4', weight: 1 }], project, compare: (q, k) => barlowTwins(q, k, kakuBarlow) });
 * ```
 *
 * @see Kaku et al. 2021, Intermediate Layers Matter in Momentum Contrastive Self Supervised Learning, section 3
 */
export function projectedStageLoss(queryStages: StageMaps, keyStages: StageMaps, { terms, project = (pooled) => pooled, compare }: ProjectedStageLossOptions): StageLoss {
  checkStageTerms(ACTION, terms);
  return tidy(() => {
    const stages: Record<string, Scalar> = {};
    const similarity: Record<string, Scalar> = {};
    let total = scalar(0);
    for (const { stage, weight } of terms) {
      const { query, key } = findStagePair(ACTION, queryStages, keyStages, stage);
      const [pooledQuery, pooledKey] = [mean<Tensor2D>(query, [1, 2]), mean<Tensor2D>(stopGradient(key), [1, 2])]; // [N, C]
      const compared = compare(project(pooledQuery, stage), project(pooledKey, stage));
      stages[stage] = compared.loss;
      similarity[stage] = compared.similarity;
      total = add(total, mul(compared.loss, weight));
    }
    return { loss: total, stages, similarity };
  });
}
