import type { IfaTerm } from './ifaTerm.ts';

const RELEASED: readonly IfaTerm[] = [
  { stage: 'layer1', target: 0.3, weight: 1 },
  { stage: 'layer4', target: 1, weight: 1 },
];
const BOTH_TO_ONE: readonly IfaTerm[] = RELEASED.map((term) => ({ ...term, target: 1 }));

/**
 * Settings of the IFA loss.
 *
 * - `released`: the defaults of the authors' code. Shallow maps are pulled to cosine 0.3, deep ones to 1.
 * - `abstract`: the paper's abstract, which speaks of maximising similarity only: both to 1.
 * - `aligned`: ours. Both to 1, for key maps that `warpMap` brought onto the query's grid: the authors compare grid positions that the views' warps have moved apart.
 *   The terms are those of `abstract`; the warping is the caller's, and goes with any terms.
 * - `none`: plain momentum contrast.
 *
 * Which of the first two made the published tables is not known.
 */
export const ifaPresets: Readonly<Record<'released' | 'abstract' | 'aligned' | 'none', readonly IfaTerm[]>> = {
  released: RELEASED,
  abstract: BOTH_TO_ONE,
  aligned: BOTH_TO_ONE,
  none: [],
};
