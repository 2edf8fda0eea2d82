import { createRng } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import { formatTable } from '../output/formatTable.ts';
import { writeJson } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';
import { comparePredictions } from './comparePredictions.ts';
import { predictionsOfSplit } from './evaluateRun.ts';
import { readMetrics } from './metricsFile.ts';
import { NOT_A_MEDICAL_DEVICE } from './notice.ts';
import { estimateCells } from './resultTable.ts';

/** Compares two runs on the same test images, patient by patient. */
export async function compareRuns(
  { split, out, seed, samples, confidence }: { readonly split: string; readonly samples: number; readonly confidence: number; readonly seed: number; readonly out?: string | undefined },
  { terminal, operands }: CommandContext,
): Promise<void> {
  const [first, second, ...more] = operands;
  if (first === undefined || second === undefined || more.length > 0) throw new UsageError(`Cannot compare other than two runs: current number is ${operands.length}`);
  const comparisons = comparePredictions(await predictionsOfSplit(first, split), await predictionsOfSplit(second, split), { rng: createRng(seed), samples, confidence });
  const auroc = (value: number | null): string => value?.toFixed(4) ?? 'undefined';
  terminal.print(`A: ${first}`);
  terminal.print(`B: ${second}`);
  const rows = comparisons.map(({ finding, first: a, second: b, difference, p, pHolm, positives, negatives }) => [finding, auroc(a), auroc(b), ...estimateCells(difference, { signed: true }), formatP(p), ...(comparisons.length > 1 ? [formatP(pHolm)] : []), String(positives), String(negatives)]);
  for (const line of formatTable([['finding', 'AUROC A', 'AUROC B', 'A - B', `${confidence * 100} % interval`, 'p', ...(comparisons.length > 1 ? ["Holm's p"] : []), 'positive', 'negative'], ...rows])) terminal.print(line);
  if (out !== undefined) await writeJson(out, { first, second, split, splitHashes: [(await readMetrics(first)).splitHash, (await readMetrics(second)).splitHash], bootstrap: { unit: 'patient', paired: true, interval: 'bca', samples, confidence, seed }, findings: comparisons });
  terminal.print(`The interval is of the difference under the same draws of patients (bias-corrected and accelerated); where it holds 0 the runs are not told apart. p is DeLong's, clustered by patient, two-sided${comparisons.length > 1 ? `; Holm's is corrected for the ${comparisons.length} findings` : ''}. ${NOT_A_MEDICAL_DEVICE}`);
}

function formatP(p: number | null): string {
  return p === null ? 'undefined' : p < 0.0001 ? '<0.0001' : p.toFixed(4);
}
