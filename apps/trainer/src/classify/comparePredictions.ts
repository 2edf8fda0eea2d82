import { aurocStatistic, delongTest, holm, pairedBootstrapDifference, type WeightedStatistic } from '@cxr-ifa/metrics';
import { InputError } from '@cxr-ifa/tensor';
import { estimateOf, findingColumn, requirePatients, type BootstrapSettings, type Estimate } from './findingColumn.ts';
import type { Prediction, Predictions } from './predictionsFile.ts';

/** The AUROC of two runs on one finding, over the images that both have a probability for, and their difference under the same draws of patients. */
export interface FindingComparison {
  readonly finding: string;
  readonly first: number | null;
  readonly second: number | null;
  /** First minus second, with the bias-corrected and accelerated interval. */
  readonly difference: Estimate;
  /** Two-sided, by DeLong's paired test in the form for patients with several images; null where a class is missing or is of one patient. */
  readonly p: number | null;
  /** The same after Holm's correction for the number of findings compared. */
  readonly pHolm: number | null;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Compares two sets of predictions of the same images.
 *
 * @throws {InputError} If the images or their labels differ, or they have no finding in common.
 */
export function comparePredictions(first: Predictions, second: Predictions, { rng, samples, confidence }: BootstrapSettings): FindingComparison[] {
  const positions = new Map(second.images.map(({ image }, index) => [image, index]));
  const unmatched = first.images.filter(({ image }) => !positions.has(image)).length;
  if (unmatched > 0 || first.images.length !== second.images.length) {
    throw new InputError(
      `Cannot compare the runs as they must have the same images to test on: ${unmatched} of the first's ${first.images.length} are not among the second's ${second.images.length}; make both from the same --data and --labels, with the same --seed`,
    );
  }
  const common = first.findings.filter((finding) => second.findings.includes(finding));
  if (common.length === 0) throw new InputError(`Cannot compare the runs as they have no finding in common: ${first.findings.join(', ')} against ${second.findings.join(', ')}`);
  const aligned = first.images.map(({ image }) => second.images[positions.get(image) as number] as Prediction);
  const patients = first.images.map(({ patient }) => patient);
  requirePatients(patients);
  const everyImage = new Uint8Array(patients.length).fill(1);
  const compared = common.map((finding) => {
    const [own, others] = [first.findings.indexOf(finding), second.findings.indexOf(finding)];
    const differing = first.images.filter(({ labels }, row) => labels[own] !== aligned[row]?.labels[others]).length;
    if (differing > 0) throw new InputError(`Cannot compare the runs as their labels of ${finding} must be the same: current number of images with another label is ${differing}`);
    const [one, other] = [findingColumn(first.images, own), findingColumn(aligned, others)];
    const known = one.known.map((value, row) => value & (other.known[row] as number));
    const [statistic, otherStatistic] = [one, other].map(({ scores }) => aurocStatistic(scores, one.labels, { known })) as [WeightedStatistic, WeightedStatistic];
    const interval = pairedBootstrapDifference(statistic, otherStatistic, patients, { rng: rng.fork('bootstrap'), samples, confidence, interval: 'bca' });
    const count = (label: number): number => known.filter((value, row) => value === 1 && one.labels[row] === label).length;
    return {
      finding,
      first: statistic(everyImage) ?? null,
      second: otherStatistic(everyImage) ?? null,
      difference: estimateOf(interval),
      p: delongTest(one.scores, other.scores, one.labels, patients, { known, clustered: true })?.p ?? null,
      positives: count(1),
      negatives: count(0),
    };
  });
  const adjusted = holm(compared.map(({ p }) => p ?? undefined));
  return compared.map((comparison, index) => ({ ...comparison, pHolm: adjusted[index] ?? null }));
}
