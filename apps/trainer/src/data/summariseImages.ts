import type { ImageFacts, UsableImage } from './inspectImage.ts';

/** What a set of files is. */
export interface ImageSummary {
  readonly usable: number;
  /** Bad files by reason, the most frequent first, each with the first few paths. */
  readonly bad: readonly { readonly reason: string; readonly count: number; readonly examples: readonly string[] }[];
  /** By format and depth, such as `PNG, 8 bit`. */
  readonly formats: Readonly<Record<string, number>>;
  readonly width: Spread;
  readonly height: Spread;
  /** The most frequent sizes, such as `1024 x 1024`. */
  readonly sizes: readonly { readonly size: string; readonly count: number }[];
  /** Over all pixels of the prepared images (0 to 1); every image counts the same. NaN where no file is usable. */
  readonly intensity: { readonly mean: number; readonly standardDeviation: number };
}

/** The smallest, the middle and the largest of a list. */
export interface Spread {
  readonly smallest: number;
  readonly median: number;
  readonly largest: number;
}

const EXAMPLES = 3;
const SIZES = 5;

/** Summarises files; `paths` are in the order of `facts`. */
export function summariseImages(paths: readonly string[], facts: readonly ImageFacts[]): ImageSummary {
  const usable = facts.filter((fact): fact is UsableImage => !('reason' in fact));
  const bad = new Map<string, string[]>();
  facts.forEach((fact, row) => {
    if ('reason' in fact) bad.set(fact.reason, [...(bad.get(fact.reason) ?? []), paths[row] as string]);
  });
  const mean = average(usable.map((fact) => fact.mean));
  const variance = average(usable.map((fact) => fact.meanOfSquares)) - mean ** 2;
  return {
    usable: usable.length,
    bad: [...bad].map(([reason, where]) => ({ reason, count: where.length, examples: where.slice(0, EXAMPLES) })).sort((a, b) => b.count - a.count),
    formats: Object.fromEntries(countBy(usable.map(({ format, bits }) => `${format}, ${bits} bit`))),
    width: spreadOf(usable.map(({ width }) => width)),
    height: spreadOf(usable.map(({ height }) => height)),
    sizes: countBy(usable.map(({ width, height }) => `${width} x ${height}`)).slice(0, SIZES).map(([size, count]) => ({ size, count })),
    intensity: { mean, standardDeviation: Math.sqrt(Math.max(0, variance)) },
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Values with how often they occur, the most frequent first. */
function countBy(values: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function spreadOf(values: readonly number[]): Spread {
  const ascending = [...values].sort((a, b) => a - b);
  const at = (share: number): number => ascending[Math.floor(share * (ascending.length - 1))] ?? NaN;
  return { smallest: at(0), median: at(0.5), largest: at(1) };
}
