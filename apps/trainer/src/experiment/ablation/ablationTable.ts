import type { Estimate } from '../../classify/findingColumn.ts';
import type { CellRow } from './cellRow.ts';
import type { CellPredictions } from './cellPredictions.ts';
import { compareCells, type Measurement } from './evaluateCell.ts';

/** Finished cells of one configuration. */
export interface FinishedCells {
  readonly name: string;
  readonly rows: readonly CellRow[];
  /** Of the same seeds, where their predictions are at hand. */
  readonly predictions: readonly (CellPredictions | undefined)[];
}

/** A configuration's AUROC over its seeds. */
export interface TableRow extends Measurement {
  readonly name: string;
  readonly seeds: number;
  /** The mean over seeds and draws. */
  readonly auroc: number | null;
  /** The lowest and the highest seed. */
  readonly lowest: number | null;
  readonly highest: number | null;
}

/** One configuration against another, on the same test patients, draws and seeds. */
export interface Difference extends Measurement {
  readonly first: string;
  readonly second: string;
  readonly seeds: number;
  readonly difference: Estimate;
}

/** The mean over seeds of each configuration and measurement. */
export function tableRows(configurations: readonly FinishedCells[]): TableRow[] {
  return configurations.flatMap(({ name, rows }) =>
    (rows[0]?.results ?? []).map(({ task, finding, method, fraction }) => {
      const values = rows.flatMap(({ results }) => results.filter((result) => result.task === task && result.finding === finding && result.method === method && result.fraction === fraction).flatMap(({ auroc }) => auroc.value ?? []));
      const defined = values.length > 0;
      return { name, task, finding, method, fraction, seeds: rows.length, auroc: defined ? values.reduce((sum, value) => sum + value, 0) / values.length : null, lowest: defined ? Math.min(...values) : null, highest: defined ? Math.max(...values) : null };
    }),
  );
}

/** The differences that were asked for, over the seeds that both have; pairs without predictions at hand are named in `missing`. */
export function tableDifferences(configurations: readonly FinishedCells[], comparisons: readonly (readonly [string, string])[], samples: number): { readonly differences: readonly Difference[]; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const differences = comparisons.flatMap(([first, second]): Difference[] => {
    const [own, others] = [first, second].map((name) => bySeed(configurations.find((cells) => cells.name === name)));
    const seeds = [...(own ?? []).keys()].filter((seed) => others?.has(seed));
    if (seeds.length === 0) {
      missing.push(`${first} and ${second}`);
      return [];
    }
    const of = (cells: ReadonlyMap<number, CellPredictions> | undefined): CellPredictions[] => seeds.map((seed) => cells?.get(seed) as CellPredictions);
    return compareCells(of(own), of(others), samples).map((comparison) => ({ first, second, seeds: seeds.length, ...comparison }));
  });
  return { differences, missing };
}

function bySeed(cells: FinishedCells | undefined): Map<number, CellPredictions> {
  return new Map((cells?.rows ?? []).flatMap(({ seed }, index) => (cells?.predictions[index] ? [[seed, cells.predictions[index]] as const] : [])));
}
