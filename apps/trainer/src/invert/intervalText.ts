import type { Estimate } from '../classify/findingColumn.ts';
import { formatInterval } from '../report/formatValue.ts';

const MOST_DECIMALS = 6;

/** An estimate with its interval, to three decimals; one that is small, such as a mean squared error, to three digits. */
export function intervalText({ value, low, high }: Estimate, { signed = false } = {}): string {
  const size = Math.max(...[value, low, high].map((x) => Math.abs(x ?? 0)));
  const decimals = size > 0 && size < 0.1 ? Math.min(MOST_DECIMALS, 2 - Math.floor(Math.log10(size))) : 3;
  return formatInterval({ value: value ?? undefined, low: low ?? undefined, high: high ?? undefined }, { signed, decimals });
}
