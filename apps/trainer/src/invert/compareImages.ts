import { patientBootstrap, peakSignalToNoise, structuralSimilarity, type BootstrapInterval, type WeightedStatistic } from '@cxr-ifa/metrics';
import type { GrayImage, Rng } from '@cxr-ifa/tensor';

/** How near a reconstruction is to its original, both of values from 0 to 1. */
export interface ImageComparison {
  readonly mse: number;
  /** In decibels. */
  readonly psnr: number;
  readonly ssim: number;
}

/** Compares two square pictures. */
export function compareImages(original: Float32Array, reconstruction: Float32Array, side: number): ImageComparison {
  const image = (data: Float32Array): GrayImage => ({ data, width: side, height: side, range: [0, 1] });
  const [first, second] = [image(reconstruction), image(original)];
  const mse = original.reduce((sum, value, index) => sum + (value - (reconstruction[index] as number)) ** 2, 0) / original.length;
  return { mse, psnr: peakSignalToNoise(first, second), ssim: structuralSimilarity(first, second) };
}

/** Mean and median of each number over images, with bootstrap intervals (each image by itself) where there are at least two. */
export function summariseComparisons(comparisons: readonly ImageComparison[], rng: Rng): Record<string, BootstrapInterval | { value: number }> {
  const names = ['mse', 'psnr', 'ssim'] as const;
  const statistics: Record<string, WeightedStatistic> = {};
  for (const name of names) {
    const values = comparisons.map((comparison) => comparison[name]);
    statistics[`${name}.mean`] = (weights) => weighted(values, weights);
    statistics[`${name}.median`] = (weights) => weightedMedian(values, weights);
  }
  if (comparisons.length < 2) return Object.fromEntries(Object.entries(statistics).map(([name, statistic]) => [name, { value: statistic([1]) as number }]));
  return patientBootstrap(statistics, comparisons.map(() => undefined), { rng });
}

function weighted(values: readonly number[], weights: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (const [index, value] of values.entries()) {
    sum += value * (weights[index] as number);
    total += weights[index] as number;
  }
  return sum / total;
}

function weightedMedian(values: readonly number[], weights: ArrayLike<number>): number {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number));
  const total = order.reduce((sum, index) => sum + (weights[index] as number), 0);
  let below = 0;
  for (const [position, index] of order.entries()) {
    below += weights[index] as number;
    if (below === total / 2) return ((values[index] as number) + (values[order.slice(position + 1).find((next) => (weights[next] as number) > 0) ?? index] as number)) / 2;
    if (below > total / 2) return values[index] as number;
  }
  return values[order.at(-1) as number] as number;
}
