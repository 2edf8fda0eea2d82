import type { BarlowTwinsOptions } from './barlowTwins.ts';

/**
 * The options of `barlowTwins` as the released code of Kaku et al. has them: both terms weigh 5e-5 (a stage), the whole is scaled by 1/32,
 * and the projector, which query and key share, learns from both sides.
 *
 * @see Kaku et al. 2021, Intermediate Layers Matter in Momentum Contrastive Self Supervised Learning, and its released code
 */
export const kakuBarlow: Readonly<Required<BarlowTwinsOptions>> = { onDiagonal: 5e-5, offDiagonal: 5e-5, scale: 1 / 32, constantKey: false };
