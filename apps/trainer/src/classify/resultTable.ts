import { formatTable } from '../output/formatTable.ts';
import type { FindingResult, MacroResult } from './evaluatePredictions.ts';
import type { Estimate } from './findingColumn.ts';

/** Lines that show how well each finding was predicted: ranking, then what the deciding threshold does, then how true the probabilities are. */
export function resultTable(results: readonly FindingResult[], macro: MacroResult | undefined, { confidence }: { readonly confidence: number }): string[] {
  const short = (estimate: Estimate | undefined): string => (estimate?.value == null ? '' : estimate.value.toFixed(3));
  const rows = results.map(({ finding, auroc, positives, negatives, auprc, operatingPoints: [point] = [], calibrationError, brier }) => [finding, ...estimateCells(auroc), String(positives), String(negatives), short(auprc), short(point?.sensitivity), short(point?.specificity), short(point?.f1), short(calibrationError), short(brier)]);
  const mean = macro && macro.over.length > 1 ? [[`mean of ${macro.over.length}`, ...estimateCells(macro.auroc), '', '', '', '', '', '', '', '']] : [];
  return formatTable([['finding', 'AUROC', `${confidence * 100} % interval`, 'positive', 'negative', 'AUPRC', 'sensitivity', 'specificity', 'F1', 'ECE', 'Brier'], ...rows, ...mean]);
}

/** A value and its interval as two cells. */
export function estimateCells({ value, low, high }: Estimate, { signed = false } = {}): [value: string, interval: string] {
  const fixed = (x: number): string => `${signed && x >= 0 ? '+' : ''}${x.toFixed(4)}`;
  return [value === null ? 'undefined' : fixed(value), low === null || high === null ? 'undefined' : `${fixed(low)} to ${fixed(high)}`];
}
