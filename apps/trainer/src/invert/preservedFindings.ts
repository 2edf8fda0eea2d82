import { aurocStatistic, patientBootstrap, rankCorrelation, type BootstrapInterval } from '@cxr-ifa/metrics';
import type { LabelMatrix } from '@cxr-ifa/datasets';
import { estimateOf, type BootstrapSettings, type Estimate } from '../classify/findingColumn.ts';
import { labelColumns } from '../classify/labelColumns.ts';
import type { ReconstructionScores } from './scoreReconstructions.ts';

/** What an inversion leaves of a finding, in a classifier's eyes. */
export interface PreservedFinding {
  readonly finding: string;
  /** Spearman's, of the log odds before and after; null where either is constant. */
  readonly rankCorrelation: number | null;
  /** The AUROC of the originals, of the reconstructions, and the second minus the first, patient by patient; null where labels do not know both kinds. */
  readonly labelled: { readonly positives: number; readonly negatives: number; readonly before: Estimate; readonly after: Estimate; readonly difference: Estimate } | null;
}

/**
 * Whether a classifier tells findings in reconstructions as it does in originals.
 *
 * @param logits Of `scoreReconstructions`.
 * @param matrix Labels of the same images, if there are any.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 */
export function preservedFindings(logits: ReconstructionScores['logits'], matrix: LabelMatrix | undefined, patients: readonly (string | undefined)[], settings: BootstrapSettings): PreservedFinding[] {
  return Object.entries(logits).map(([finding, { before, after }]) => ({
    finding,
    rankCorrelation: rankCorrelation(before, after) ?? null,
    labelled: matrix?.findings.includes(finding) ? compareAurocs({ before, after }, finding, matrix, patients, settings) : null,
  }));
}

function compareAurocs(scores: ReconstructionScores['logits'][string], finding: string, matrix: LabelMatrix, patients: readonly (string | undefined)[], settings: BootstrapSettings): PreservedFinding['labelled'] {
  const rows = patients.map((_, row) => row);
  const [{ labels, known = [] }] = labelColumns(matrix, rows, [finding]) as [ReturnType<typeof labelColumns>[number]];
  const positives = rows.filter((row) => known[row] === 1 && labels[row] === 1).length;
  const negatives = rows.filter((row) => known[row] === 1 && labels[row] === 0).length;
  if (positives === 0 || negatives === 0 || new Set(patients.map((patient, row) => patient ?? row)).size < 2) return null;
  const [before, after] = [aurocStatistic(scores.before, labels, { known }), aurocStatistic(scores.after, labels, { known })];
  const difference = (weights: ArrayLike<number>): number | undefined => {
    const [first, second] = [before(weights), after(weights)];
    return first === undefined || second === undefined ? undefined : second - first;
  };
  const drawn: Record<'before' | 'after' | 'difference', BootstrapInterval> = patientBootstrap({ before, after, difference }, patients, settings);
  return { positives, negatives, before: estimateOf(drawn.before), after: estimateOf(drawn.after), difference: estimateOf(drawn.difference) };
}
