import { normalQuantile } from './normalQuantile.ts';
import { normalUpperTail } from './normalUpperTail.ts';

/** What a bias-corrected and accelerated interval is made of. */
export interface AcceleratedDraws {
  readonly value: number;
  readonly ascending: Float64Array;
  /** The statistic without each patient, NaN where it then has none. */
  readonly withoutPatient: Float64Array;
}

/**
 * The two probabilities at which a BCa interval reads the draws. With z0 the normal quantile of the share of draws below the value (ties half) and
 * a = sum (m - v)^3 / (6 (sum (m - v)^2)^(3/2)) over the values v without one patient and their mean m: Phi(z0 + (z0 + z) / (1 - a (z0 + z))).
 *
 * @see Efron 1987, Better bootstrap confidence intervals
 */
export function acceleratedTails({ value, ascending, withoutPatient }: AcceleratedDraws, tail: number): [low: number, high: number] {
  const count = ascending.length;
  const below = ascending.reduce((sum, draw) => sum + (draw < value ? 1 : draw === value ? 0.5 : 0), 0);
  const bias = normalQuantile(Math.min(Math.max(below, 0.5), count - 0.5) / count); // with every draw on one side the quantile would be infinite
  const left = withoutPatient.filter((one) => !Number.isNaN(one));
  const mean = left.reduce((sum, one) => sum + one, 0) / left.length;
  const moment = (power: number): number => left.reduce((sum, one) => sum + (mean - one) ** power, 0);
  const acceleration = moment(2) > 0 ? moment(3) / (6 * moment(2) ** 1.5) : 0;
  const probability = (z: number): number => {
    const stretch = 1 - acceleration * (bias + z);
    if (!(stretch > 0)) return z > 0 ? 1 : 0;
    return 1 - normalUpperTail(bias + (bias + z) / stretch);
  };
  const z = normalQuantile(1 - tail);
  return [probability(-z), probability(z)];
}
