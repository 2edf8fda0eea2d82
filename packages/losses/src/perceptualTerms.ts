import type { StageTerm } from './stageTerm.ts';

/**
 * Stages and weights of the perceptual loss of CheSS, the method's predecessor, for any encoder with a ResNet's stages.
 * @see Cho et al. 2023, CheSS: Chest X-Ray Pre-trained Model via Self-supervised Contrastive Learning, its code for image generation
 */
export const perceptualTerms: readonly StageTerm[] = [
  { stage: 'stem', weight: 1 / 32 },
  { stage: 'layer1', weight: 1 / 16 },
  { stage: 'layer2', weight: 1 / 8 },
  { stage: 'layer3', weight: 1 / 4 },
  { stage: 'layer4', weight: 1 },
];
