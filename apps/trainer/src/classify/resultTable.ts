import { formatTable } from '../output/formatTable.ts';
import type { FindingResult } from './evaluatePredictions.ts';
import type { Estimate } from './findingColumn.ts';

/** Lines that show how well each finding was predicted. */
export function resultTable(results: readonly FindingResult[], { confidence }: { readonly confidence: number }): string[] {
  const rows = results.map(({ finding, auroc, positives, negatives }) => [finding, ...estimateCells(auroc), String(positives), String(negatives)]);
  return formatTable([['finding', 'AUROC', `${confidence * 100} % interval`, 'positive', 'negative'], ...rows]);
}

/** A value and its interval as two cells. */
export function estimateCells({ value, low, high }: Estimate, { signed = false } = {}): [value: string, interval: string] {
  const fixed = (x: number): string => `${signed && x >= 0 ? '+' : ''}${x.toFixed(4)}`;
  return [value === null ? 'undefined' : fixed(value), low === null || high === null ? 'undefined' : `${fixed(low)} to ${fixed(high)}`];
}
