import type { WeightedStatistic } from '@cxr-ifa/metrics';

/** The weighted median of one number an image: half of the weight lies on either side; where it falls between two numbers, their mean. */
export function medianStatistic(values: readonly number[]): WeightedStatistic {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number));
  return (weights) => {
    const total = order.reduce((sum, index) => sum + (weights[index] as number), 0);
    let below = 0;
    for (const [position, index] of order.entries()) {
      below += weights[index] as number;
      if (below > total / 2) return values[index] as number;
      if (below === total / 2 && total > 0) {
        const next = order.slice(position + 1).find((later) => (weights[later] as number) > 0) as number;
        return ((values[index] as number) + (values[next] as number)) / 2;
      }
    }
    return undefined;
  };
}
