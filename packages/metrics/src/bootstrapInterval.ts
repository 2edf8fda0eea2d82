import { acceleratedTails } from './acceleratedTails.ts';
import type { BootstrapDraws } from './bootstrapDraws.ts';
import type { BootstrapInterval } from './patientBootstrap.ts';
import { quantile } from './quantile.ts';

/** The interval of a statistic from its bootstrap draws, NaN draws left out and counted; BCa where it was computed without each patient too. */
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
