import type { IfaTerm } from './ifaTerm.ts';

/**
 * The settings of the IFA loss that its authors left behind.
 *
 * - `released`: the released code's defaults. Shallow maps are pulled to cosine 0.3, deep ones to 1.
 * - `abstract`: the paper's abstract, which speaks of maximising similarity only: both to 1.
 * - `none`: plain momentum contrast.
 *
 * Which of the two made the published tables is not known.
 */
export const ifaPresets: Readonly<Record<'released' | 'abstract' | 'none', readonly IfaTerm[]>> = {
  released: [
    { stage: 'layer1', target: 0.3, weight: 1 },
    { stage: 'layer4', target: 1, weight: 1 },
  ],
  abstract: [
    { stage: 'layer1', target: 1, weight: 1 },
    { stage: 'layer4', target: 1, weight: 1 },
  ],
  none: [],
};
