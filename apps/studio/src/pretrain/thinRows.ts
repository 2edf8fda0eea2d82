import type { LogRow } from './run.ts';

/** More rows than a plot has pixels say nothing more, and the log is kept with every checkpoint. */
const MOST = 4000;
/** The latest stay, all of them: they say how training goes. */
const RECENT = 1000;
/** So many of those before stay at the most. */
const EARLIER = 2000;

/** Thins a log that became too long: of its earlier rows those of every second step are left, of every fourth, and so on, the first one always. */
export function thinRows(rows: readonly LogRow[]): readonly LogRow[] {
  if (rows.length <= MOST) return rows;
  const last = rows.at(-1)?.['step'] as number;
  const stride = 2 ** Math.ceil(Math.log2(last / EARLIER)); // powers of two: what one thinning left, the next one wants too
  return rows.filter(({ step }, index) => index === 0 || (step as number) > last - RECENT || (step as number) % stride === 0);
}
