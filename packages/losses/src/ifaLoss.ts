import { assertShape } from '@cxr-ifa/tensor';
import { add, avgPool, div, maximum, mean, mul, scalar, sign, step, sub, sum, tidy, type Scalar, type Tensor, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { assertIfaTerms } from './assertIfaTerms.ts';
import { cosineToKey } from './cosineMap.ts';
import { findStagePair } from './findStagePair.ts';
import type { IfaTerm } from './ifaTerm.ts';
import type { StageLoss } from './stageLoss.ts';

const ACTION = 'compute the IFA loss';

/** Options of {@link ifaLoss}. */
export interface IfaLossOptions {
  /** The terms, at most one a stage; see `ifaPresets`. */
  readonly terms: readonly IfaTerm[];
  /** For some stages, how much each position counts, [N, H, W] after pooling, 0 or more: the means become weighted means. A mask of zeros makes its term 0, and its `coverage` says so. */
  readonly masks?: Readonly<Record<string, Tensor3D>>;
}

/** The IFA loss and what it is made of; all of it belongs to the caller. */
export interface IfaLoss extends StageLoss {
  /** The share of each stage's positions that count: 1 without a mask. Where it is 0, the term and the mean cosine are 0 for want of positions. */
  readonly coverage: Record<string, Scalar>;
}

/**
 * Intermediate feature approximation: pulls a query's intermediate feature maps to those of its positive pair.
 *
 *     s[n, h, w] = cosine over channels of query and key map
 *     loss = sum over terms of weight mean |target - s|
 *
 * Keys are constants: no gradient reaches them, wherever they come from. Dead positions (all channels 0, common after ReLU) have s = 0 and no gradient.
 * At |target - s| = 0 the gradient is 0, as in PyTorch.
 *
 * @param queryStages The query's maps by stage, [N, H, W, C]; borrowed. Stages without a term are not looked at.
 * @param keyStages The key's maps, in the query's order of images, of the same shapes; borrowed. `warpMap` brings them onto the query's grid first, where views were moved.
 * @param options The terms, and masks where not all positions count alike.
 * @returns The loss, and of each stage the term, the mean cosine, and the share of positions that count. Without terms the loss is 0.
 * @throws {RangeError} If a term's stage is missing, appears twice, or its numbers are out of range.
 * @throws {TypeError} If shapes differ.
 *
 * @example
 * ```ts
 * const { loss, stages } = ifaLoss(query.stages, key.stages, { terms: ifaPresets.released });
 * ```
 *
 * @see Cho et al. 2024, Approximating Intermediate Feature Maps of Self-Supervised Convolution Neural Network to Learn Hard Positive Representations in Chest Radiography, doi 10.1007/s10278-024-01032-x
 */
export function ifaLoss(
  queryStages: Readonly<Record<string, Tensor4D>>,
  keyStages: Readonly<Record<string, Tensor4D>>,
  { terms, masks = {} }: IfaLossOptions,
): IfaLoss {
  assertIfaTerms(ACTION, terms);
  checkMasks(terms, masks);
  return tidy(() => {
    const stages: Record<string, Scalar> = {};
    const similarity: Record<string, Scalar> = {};
    const coverage: Record<string, Scalar> = {};
    let loss = scalar(0);
    for (const { stage, target, weight, pool = 1 } of terms) {
      const { query, key } = findStagePair(ACTION, queryStages, keyStages, stage);
      const cosine = cosineToKey(averagePool(query, pool, stage), averagePool(key, pool, stage)); // [N, H, W]
      const mask = masks[stage];
      if (mask) assertShape(ACTION, { [`the cosine of ${stage}`]: [cosine, ['N', 'H', 'W']], [`the mask of ${stage}`]: [mask, ['N', 'H', 'W']] });
      const term = weightedMean(absolute(sub(target, cosine)), mask);
      stages[stage] = term;
      similarity[stage] = weightedMean(cosine, mask);
      coverage[stage] = mask ? mean(step(mask)) : scalar(1);
      loss = add(loss, mul(term, weight));
    }
    return { loss, stages, similarity, coverage };
  });
}

/** |x| with gradient 0 at 0. tfjs's `abs` has -1 there, which is no rare case: at target 0, all positions where query and key share no active channel. */
function absolute(x: Tensor): Tensor {
  return mul(x, sign(x));
}

function weightedMean(x: Tensor, mask: Tensor | undefined): Scalar {
  if (!mask) return mean(x);
  return div(sum(mul(x, mask)), maximum(sum(mask), 1e-12));
}

function averagePool(map: Tensor4D, pool: number, stage: string): Tensor4D {
  if (pool === 1) return map;
  const [, height, width] = map.shape;
  if (height % pool !== 0 || width % pool !== 0) {
    throw new RangeError(`Cannot pool ${stage} by ${pool} as its height and width must be multiples of that: current size is ${height} x ${width}`);
  }
  return avgPool(map, pool, pool, 'valid'); // [N, H / pool, W / pool, C]
}

function checkMasks(terms: readonly IfaTerm[], masks: Readonly<Record<string, Tensor3D>>): void {
  for (const stage of Object.keys(masks)) {
    if (!terms.some((term) => term.stage === stage)) throw new RangeError(`Cannot ${ACTION} as each mask must belong to a term: current mask is of ${stage}`);
  }
}
