import type { BootstrapDraws } from './bootstrapDraws.ts';
import type { BootstrapInterval } from './patientBootstrap.ts';
import { quantile } from './quantile.ts';

/** The percentile interval of a statistic's bootstrap draws, NaN draws left out and counted. */
export function percentileInterval({ value, draws }: BootstrapDraws, confidence: number): BootstrapInterval {
  const ascending = draws.filter((draw) => !Number.isNaN(draw)).sort();
  const tail = (1 - confidence) / 2;
  const hasInterval = value !== undefined && ascending.length > 0;
  return {
    value,
    low: hasInterval ? quantile(ascending, tail) : undefined,
    high: hasInterval ? quantile(ascending, 1 - tail) : undefined,
    samples: ascending.length,
    undefinedSamples: draws.length - ascending.length,
  };
}
