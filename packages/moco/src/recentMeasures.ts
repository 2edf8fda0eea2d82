import type { Measure, Measures } from './measures.ts';

const MOST_ROWS = 10;
const RECENT_SHARE = 1 / 3;

/**
 * The mean of each number over the latest rows that have it: at most ten, and none from before the last third of the steps.
 *
 * @param rows Lines of a log by ascending step.
 * @returns `undefined` without rows.
 */
export function recentMeasures(rows: readonly Readonly<Record<string, number>>[]): Measures | undefined {
  const last = rows.at(-1)?.['step'];
  if (last === undefined) return undefined;
  const recent = rows.filter(({ step }) => (step as number) > last * (1 - RECENT_SHARE));
  const keys = new Set(recent.flatMap((row) => Object.keys(row)));
  return new Map(
    [...keys].map((key) => {
      const values = recent.flatMap((row) => (Number.isFinite(row[key]) ? [row[key] as number] : [])).slice(-MOST_ROWS);
      return [key, measure(values)] as const;
    }),
  );
}

function measure(values: readonly number[]): Measure {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, count, standardError: Math.sqrt(variance / count) };
}
