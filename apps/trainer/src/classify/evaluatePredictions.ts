import { auprcStatistic, brierStatistic, calibrationErrorStatistic, confusionStatistic, macroBootstrap, patientBootstrap, type BootstrapInterval, type WeightedStatistic } from '@cxr-ifa/metrics';
import type { FindingRules } from './chooseRules.ts';
import { estimateOf, findingColumn, requirePatients, type BootstrapSettings, type Estimate, type FindingColumn } from './findingColumn.ts';
import type { Predictions } from './predictionsFile.ts';

/** What a threshold, which was chosen on validation images, does on these. */
export interface OperatingPointResult {
  readonly criterion: string;
  readonly threshold: number;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly f1: Estimate;
}

/** How well one finding was predicted. */
export interface FindingResult {
  readonly finding: string;
  readonly auroc: Estimate;
  readonly auprc: Estimate;
  readonly brier: Estimate;
  /** Expected calibration error in fifteen bins of equal width; its interval is of draws that have noise of their own, and so lies high. */
  readonly calibrationError: Estimate;
  readonly operatingPoints: readonly OperatingPointResult[];
  /** Known labels among the images with a prediction. */
  readonly positives: number;
  readonly negatives: number;
  /** Bootstrap draws without a positive or without a negative: with many of them the interval is not to be trusted. */
  readonly undefinedSamples: number;
}

/** The mean AUROC over findings, and over which. */
export interface MacroResult {
  readonly auroc: Estimate;
  readonly over: readonly string[];
}

/**
 * Each finding's ranking, probabilities and decisions with BCa intervals over patients; an image without a patient stands for itself.
 *
 * @param rules Thresholds from validation images; without them there are no operating points.
 * @throws {InputError} If the images are of one patient, or there are none.
 */
export function evaluatePredictions({ findings, images }: Predictions, { rng, samples, confidence }: BootstrapSettings, rules: readonly Pick<FindingRules, 'finding' | 'thresholds'>[] = []): { findings: FindingResult[]; macro: MacroResult } {
  const patients = images.map(({ patient }) => patient);
  requirePatients(patients);
  const settings = { samples, confidence, interval: 'bca' } as const;
  const columns = findings.map((_, index) => findingColumn(images, index));
  const aurocs = macroBootstrap(Object.fromEntries(columns.map(({ statistic }, index) => [index, statistic])), patients, { ...settings, rng: rng.fork('bootstrap') });
  const results = findings.map((finding, index): FindingResult => {
    const { positives, negatives, scores, labels, known } = columns[index] as FindingColumn;
    const mask = { known };
    const thresholds = rules.find((rule) => rule.finding === finding)?.thresholds ?? [];
    const statistics: Record<string, WeightedStatistic> = { auprc: auprcStatistic(scores, labels, mask), brier: brierStatistic(scores, labels, mask) };
    for (const { criterion, threshold } of thresholds) for (const metric of ['sensitivity', 'specificity', 'f1'] as const) statistics[`${criterion} ${metric}`] = confusionStatistic(scores, labels, threshold, metric, mask);
    const intervals = patientBootstrap(statistics, patients, { ...settings, rng: rng.fork('bootstrap', 'decisions') });
    const { error } = patientBootstrap({ error: calibrationErrorStatistic(scores, labels, mask) }, patients, { samples, confidence, rng: rng.fork('bootstrap', 'decisions') });
    const of = (name: string): Estimate => estimateOf(intervals[name] as BootstrapInterval);
    const auroc = aurocs.findings[index] as BootstrapInterval;
    return {
      finding,
      auroc: estimateOf(auroc),
      auprc: of('auprc'),
      brier: of('brier'),
      calibrationError: estimateOf(error),
      operatingPoints: thresholds.map(({ criterion, threshold }) => ({ criterion, threshold, sensitivity: of(`${criterion} sensitivity`), specificity: of(`${criterion} specificity`), f1: of(`${criterion} f1`) })),
      positives,
      negatives,
      undefinedSamples: auroc.undefinedSamples,
    };
  });
  return { findings: results, macro: { auroc: estimateOf(aurocs.macro), over: aurocs.over.map((index) => findings[Number(index)] as string) } };
}
