import type { ImageComparison } from './compareImages.ts';

/** Comparisons as columns of one number an image: those that all of them have. */
export function columnsOf(comparisons: readonly ImageComparison[]): Record<string, number[]> {
  const names = ['mse', 'psnr', 'ssim', 'msSsim'] as const;
  return Object.fromEntries(names.filter((name) => comparisons.every((own) => own[name] !== undefined)).map((name) => [name, comparisons.map((own) => own[name] as number)]));
}
