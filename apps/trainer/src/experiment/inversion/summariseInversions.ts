import type { LabelMatrix } from '@cxr-ifa/datasets';
import { aurocStatistic, bootstrapDraws, bootstrapInterval, meanStatistic, type BootstrapDraws, type WeightedStatistic } from '@cxr-ifa/metrics';
import { estimateOf, type BootstrapSettings, type Estimate } from '../../classify/findingColumn.ts';
import { labelColumns } from '../../classify/labelColumns.ts';
import type { ReconstructionScores } from '../../invert/scoreReconstructions.ts';
import { differenceOfMeans } from '../meansOverDraws.ts';

/** The reconstructions of one row, as they were judged. */
export interface ScoredRow {
  readonly name: string;
  readonly scores: ReconstructionScores;
}

/** One metric of all rows. */
export interface MetricRows {
  /** A column of `scoreReconstructions`, or `<finding>:auroc`. */
  readonly metric: string;
  /** `difference` is minus the baseline, image by image; null for the baseline itself. */
  readonly rows: readonly { readonly name: string; readonly value: Estimate; readonly difference: Estimate | null }[];
}

/**
 * Compares rows that are pairs: the same images, inverted otherwise. Means over images (and AUROCs) with intervals over patients; all rows and metrics see the same draws.
 *
 * @param rows All of the same images.
 * @param options `labels` of these images, if there are any; `baseline` is the name of a row.
 */
export function summariseInversions(rows: readonly ScoredRow[], { labels, patients, baseline, ...settings }: BootstrapSettings & { readonly labels: LabelMatrix | undefined; readonly patients: readonly (string | undefined)[]; readonly baseline: string }): MetricRows[] {
  const byMetric = new Map<string, Map<string, WeightedStatistic>>();
  for (const { name, scores } of rows) {
    for (const [metric, statistic] of statisticsOf(scores, labels, patients.length)) byMetric.set(metric, (byMetric.get(metric) ?? new Map<string, WeightedStatistic>()).set(name, statistic));
  }
  const key = (metric: string, name: string): string => JSON.stringify([metric, name]);
  const statistics = Object.fromEntries([...byMetric].flatMap(([metric, own]) => [...own].map(([name, statistic]) => [key(metric, name), statistic] as const)));
  const drawn = bootstrapDraws(statistics, patients, settings);
  const estimate = (draws: BootstrapDraws): Estimate => estimateOf(bootstrapInterval(draws, settings.confidence));
  return [...byMetric].map(([metric, own]) => ({
    metric,
    rows: [...own.keys()].map((name) => {
      const [it, base] = [drawn[key(metric, name)] as BootstrapDraws, drawn[key(metric, baseline)]];
      return { name, value: estimate(it), difference: name === baseline || !base ? null : estimate(differenceOfMeans(it, base)) };
    }),
  }));
}

function statisticsOf({ columns, logits }: ReconstructionScores, labels: LabelMatrix | undefined, images: number): [string, WeightedStatistic][] {
  const means = Object.entries(columns).map(([metric, values]): [string, WeightedStatistic] => [metric, meanStatistic(values)]);
  const aurocs = Object.entries(logits).flatMap(([finding, { after }]): [string, WeightedStatistic][] => {
    if (!labels?.findings.includes(finding)) return [];
    const [column] = labelColumns(labels, Array.from({ length: images }, (_, row) => row), [finding]);
    return column ? [[`${finding}:auroc`, aurocStatistic(after, column.labels, { ...(column.known && { known: column.known }) })]] : [];
  });
  return [...means, ...aurocs];
}
