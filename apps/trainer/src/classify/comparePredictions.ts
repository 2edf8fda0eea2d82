import { pairedBootstrapDifference } from '@cxr-ifa/metrics';
import { InputError } from '@cxr-ifa/tensor';
import { estimateOf, findingColumn, requirePatients, type BootstrapSettings, type Estimate } from './findingColumn.ts';
import type { Prediction, Predictions } from './predictionsFile.ts';

/** The AUROC of two runs on one finding, and their difference under the same draws of patients. */
export interface FindingComparison {
  readonly finding: string;
  readonly first: number | null;
  readonly second: number | null;
  /** First minus second. */
  readonly difference: Estimate;
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
  return common.map((finding) => {
    const [own, others] = [first.findings.indexOf(finding), second.findings.indexOf(finding)];
    const differing = first.images.filter(({ labels }, row) => labels[own] !== aligned[row]?.labels[others]).length;
    if (differing > 0) throw new InputError(`Cannot compare the runs as their labels of ${finding} must be the same: current number of images with another label is ${differing}`);
    const [one, other] = [findingColumn(first.images, own), findingColumn(aligned, others)];
    const interval = pairedBootstrapDifference(one.statistic, other.statistic, patients, { rng: rng.fork('bootstrap'), samples, confidence });
    return { finding, first: one.statistic(everyImage) ?? null, second: other.statistic(everyImage) ?? null, difference: estimateOf(interval), positives: one.positives, negatives: one.negatives };
  });
}
