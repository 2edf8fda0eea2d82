import type { Rng } from '@cxr-ifa/tensor';
import { assertFeatures, type Features } from './features.ts';
import { assertDistinctFindings, knownLabels, type FindingLabels } from './findingLabels.ts';
import { fitLinearProbe, type LinearProbeOptions } from './fitLinearProbe.ts';
import type { ProbedFinding } from './linearProbe.ts';
import { patientFolds } from './patientFolds.ts';
import { predictLinearProbe } from './predictLinearProbe.ts';
import { selectFeatures } from './selectFeatures.ts';

/** How a probe is cross-validated. */
export interface CrossValidationOptions extends Pick<LinearProbeOptions, 'l2' | 'classWeights'> {
  /** The patient of each image; an image with `undefined` is a patient of its own. */
  readonly patients: ArrayLike<string | number | undefined>;
  /** Only forked. */
  readonly rng: Rng;
  /** @default {5} */
  readonly folds?: number;
}

/** What a finding's probes said of images that they were not fitted on. */
export interface HeldOutPredictions {
  /**
   * One an image: the log odds that its probe gives it, less those of the finding among the images that the probe was fitted on; 0 where it is not predicted.
   * Without that base rate scores of several folds can be ranked together: a fold that holds many positives leaves few to be fitted on, and a weak probe
   * that says hardly more than its base rate would seem to be worse than chance.
   */
  readonly scores: Float64Array;
  /** 1 for the images with a known label, each of which is held out once; 0 for the others. */
  readonly predicted: Uint8Array;
  /** How many folds there were: fewer where few patients have the finding, or lack it. */
  readonly folds: number;
}

const ACTION = 'cross-validate a probe';

/**
 * Cross-validates linear probes over patients: every labelled image is predicted by a probe that saw no image of its patient, and whose penalty was
 * chosen on the others' patients alone. What a metric says of these predictions is an estimate for new patients; what it says of training images is not.
 *
 * Scores of different folds come from different probes, each with its own penalty: an AUROC of all together is a little lower than the probes' own.
 *
 * @param features Features of the images; borrowed.
 * @param findings Labels by finding, and which are known.
 * @returns By finding; `null` where fewer than two patients have it, or fewer than two lack it.
 * @throws {TypeError} If lengths do not fit.
 * @throws {RangeError} If features are not finite, a known label is not 0 or 1, findings share a name, or `folds` is no integer of at least 2.
 *
 * @example
 * ```ts
 * const held = crossValidateProbe(features, findings, { patients, rng: createRng(1) }).get('Effusion');
 * if (held) auroc(held.scores, labels, { known: held.predicted });
 * ```
 */
export function crossValidateProbe(features: Features, findings: readonly FindingLabels[], { patients, rng, folds = 5, ...options }: CrossValidationOptions): ReadonlyMap<string, HeldOutPredictions | null> {
  assertFeatures(ACTION, features);
  assertDistinctFindings(ACTION, findings);
  if (patients.length !== features.count) throw new TypeError(`Cannot ${ACTION} as patients must have one value for each of ${features.count} images: current length is ${patients.length}`);
  if (!(Number.isSafeInteger(folds) && folds >= 2)) throw new RangeError(`Cannot ${ACTION} as folds must be an integer of at least 2: current value is ${folds}`);
  return new Map(findings.map((finding) => [finding.name, heldOut(features, finding, { ...options, patients, rng: rng.fork('cross-validation', finding.name), folds })]));
}

function heldOut(features: Features, finding: FindingLabels, { patients, rng, folds, ...options }: Required<Pick<CrossValidationOptions, 'patients' | 'rng' | 'folds'>> & CrossValidationOptions): HeldOutPredictions | null {
  const known = knownLabels(ACTION, finding, features.count);
  const parts = patientFolds(known, patients, folds, rng.fork('folds'));
  if (parts.length === 0) return null;
  const scores = new Float64Array(features.count);
  const predicted = new Uint8Array(features.count);
  for (const [index, rows] of parts.entries()) {
    const out = new Set(rows);
    const training = known.images.filter((_, row) => !out.has(row));
    const held = known.images.filter((_, row) => out.has(row));
    const labels = { name: finding.name, labels: Array.from(training, (image) => finding.labels[image] as number) };
    const selection = { patients: Array.from(training, (image) => patients[image]), rng: rng.fork('penalty', index) };
    const probe = fitLinearProbe(selectFeatures(features, training), [labels], { ...options, selection });
    const found = predictLinearProbe(probe, selectFeatures(features, held)).get(finding.name) as Float64Array; // patientFolds leaves both classes to fit on
    const { positives, negatives } = probe.findings[0] as ProbedFinding;
    for (const [row, image] of held.entries()) {
      const probability = found[row] as number;
      scores[image] = Math.log(probability / (1 - probability)) - Math.log(positives / negatives);
      predicted[image] = 1;
    }
  }
  return { scores, predicted, folds: parts.length };
}
