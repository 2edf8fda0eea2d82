import type { WeightedStatistic } from '@cxr-ifa/metrics';

/** The weighted mean of one number an image. */
export function meanStatistic(values: readonly number[]): WeightedStatistic {
  return (weights) => {
    let [sum, total] = [0, 0];
    for (const [index, value] of values.entries()) {
      const weight = weights[index] as number;
      if (weight === 0) continue; // 0 times Infinity is not 0
      sum += value * weight;
      total += weight;
    }
    return total > 0 ? sum / total : undefined;
  };
}
