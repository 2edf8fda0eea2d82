import { ageBand, subgroupTable } from '@cxr-ifa/metrics';
import type { ImageRecord } from '@cxr-ifa/tensor';
import { estimateOf, findingColumn, type BootstrapSettings, type Estimate } from './findingColumn.ts';
import type { Predictions } from './predictionsFile.ts';

/** How well a finding was predicted in one subgroup of the test images. */
export interface SubgroupResult {
  readonly finding: string;
  readonly attribute: string;
  /** Null for the images whose level is not known. */
  readonly level: string | null;
  readonly images: number;
  readonly patients: number;
  readonly auroc: Estimate;
}

const ATTRIBUTES: Readonly<Record<string, (record: ImageRecord) => string | undefined>> = {
  view: ({ view }) => view,
  sex: ({ sex }) => sex,
  age: ({ age }) => (age === undefined || age < 0 ? undefined : ageBand(age)),
};

/** AUROC by view, sex and age band with BCa intervals over patients, for those of them that the records tell apart. */
export function evaluateSubgroups({ findings, images }: Predictions, records: readonly ImageRecord[], { rng, samples, confidence }: BootstrapSettings): SubgroupResult[] {
  const levels = Object.entries(ATTRIBUTES)
    .map(([attribute, read]) => [attribute, records.map(read)] as const)
    .filter(([, column]) => new Set(column).size > 1);
  if (levels.length === 0) return [];
  const patients = images.map(({ patient }) => patient);
  return findings.flatMap((finding, index) =>
    subgroupTable(findingColumn(images, index).statistic, Object.fromEntries(levels), patients, { rng: rng.fork('bootstrap', 'subgroups'), samples, confidence, interval: 'bca' }).map(
      ({ attribute, level, images: count, patients: people, ...interval }): SubgroupResult => ({ finding, attribute, level: level === undefined ? null : String(level), images: count, patients: people, auroc: estimateOf(interval) }),
    ),
  );
}
