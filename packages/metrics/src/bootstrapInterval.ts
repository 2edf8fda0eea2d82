import { acceleratedTails } from './acceleratedTails.ts';
import type { BootstrapDraws } from './bootstrapDraws.ts';
import type { BootstrapInterval } from './patientBootstrap.ts';
import { quantile } from './quantile.ts';

/**
 * The interval of a statistic from its bootstrap draws, such as `bootstrapDraws` gives or their differences and averages: NaN draws are left out and counted;
 * BCa where the statistic was computed without each patient too, percentile otherwise.
 *
 * @param draws The statistic and its draws; borrowed.
 * @param confidence The share of intervals that should hold the true value, between 0 and 1.
 *
 * @example
 * ```ts
 * const { low, high } = bootstrapInterval({ value: a.value - b.value, draws: a.draws.map((draw, i) => draw - b.draws[i]) }, 0.95);
 * ```
 */
export function bootstrapInterval({ value, draws, withoutPatient }: BootstrapDraws, confidence: number): BootstrapInterval {
  const ascending = draws.filter((draw) => !Number.isNaN(draw)).sort();
  const hasInterval = value !== undefined && ascending.length > 0;
  const tail = (1 - confidence) / 2;
  const [low, high] = hasInterval && withoutPatient ? acceleratedTails({ value, ascending, withoutPatient }, tail) : [tail, 1 - tail];
  return {
    value,
    low: hasInterval ? quantile(ascending, low) : undefined,
    high: hasInterval ? quantile(ascending, high) : undefined,
    samples: ascending.length,
    undefinedSamples: draws.length - ascending.length,
  };
}
