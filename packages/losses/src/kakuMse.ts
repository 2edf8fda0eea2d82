import type { StageMseTerm } from './stageMse.ts';

/**
 * The terms of `stageMse` as Kaku et al. release them: all four stages at a quarter each, shallow maps pooled to 16 x 16 and deep ones to 4 x 4.
 *
 * @see Kaku et al. 2021, Intermediate Layers Matter in Momentum Contrastive Self Supervised Learning, and its released code
 */
export const kakuMse: readonly StageMseTerm[] = [
  { stage: 'layer1', weight: 0.25, size: 16 },
  { stage: 'layer2', weight: 0.25, size: 16 },
  { stage: 'layer3', weight: 0.25, size: 4 },
  { stage: 'layer4', weight: 0.25, size: 4 },
];
