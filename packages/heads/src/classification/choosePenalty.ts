import type { Rng } from '@cxr-ifa/tensor';
import type { Features } from './features.ts';
import { knownLabels, selectKnown, type FindingLabels, type KnownLabels } from './findingLabels.ts';
import { logisticLoss, type ClassWeights, type Standardisation } from './logisticLoss.ts';
import type { Objective } from './minimiseLbfgs.ts';
import { patientFolds } from './patientFolds.ts';

/** What the penalty is chosen on: images of its own, or the training images themselves by cross-validation over patients. Never the test set. */
export type LinearProbeSelection =
  | {
      readonly validation: { readonly features: Features; readonly findings: readonly FindingLabels[] };
    }
  | {
      /** The patient of each training image; an image with `undefined` is a patient of its own. */
      readonly patients: ArrayLike<string | number | undefined>;
      readonly rng: Rng;
      /** @default {5} */
      readonly folds?: number;
    };

/** One fit and the images it is judged on. */
export interface Trial {
  readonly training: KnownLabels;
  readonly heldOut: { readonly features: Features; readonly known: KnownLabels };
}

/** A strength of the penalty and the mean log loss it led to on the images it was judged on. */
export interface Candidate {
  readonly l2: number;
  readonly loss: number;
}

/** Fits a classifier from where `point` stands and overwrites it with the optimum. */
export type Fit = (training: KnownLabels, l2: number, point: Float64Array) => void;

/** The trials of one finding: one on the validation set, or one a fold; none where too few patients have the finding, or lack it. */
export function trialsOf(action: string, name: string, features: Features, known: KnownLabels, selection: LinearProbeSelection): Trial[] {
  if ('validation' in selection) {
    const { validation } = selection;
    const finding = validation.findings.find((candidate) => candidate.name === name);
    const heldOut = finding && knownLabels(`${action} with this validation set`, finding, validation.features.count);
    if (!heldOut?.images.length) throw new RangeError(`Cannot ${action} as the validation set must know every finding: ${name} has no known label there`);
    return [{ training: known, heldOut: { features: validation.features, known: heldOut } }];
  }
  const { patients, rng, folds = 5 } = selection;
  return patientFolds(known, patients, folds, rng.fork('folds', name)).map((fold) => {
    const out = new Set(fold);
    return { training: selectKnown(known, (row) => !out.has(row)), heldOut: { features, known: selectKnown(known, (row) => out.has(row)) } };
  });
}

/**
 * Mean log loss on the held-out images of all trials for each strength, strongest first; every fit starts where the stronger penalty ended.
 * Ends early when two strengths in a row are worse than the best: the loss falls and rises again along the path, and weak penalties cost the most time.
 */
export function scoreCandidates(trials: readonly Trial[], strongestFirst: readonly number[], fit: Fit, standardisation: Standardisation, classWeights: ClassWeights = [1, 1]): Candidate[] {
  const dimension = standardisation.mean.length;
  const points = trials.map(({ training }) => startAtBaseRate(training, dimension));
  const losses = trials.map(({ heldOut }) => logisticLoss(heldOut.features, standardisation, heldOut.known, 0, classWeights));
  const images = trials.reduce((sum, { heldOut }) => sum + heldOut.known.images.length, 0);
  const unused = new Float64Array(dimension + 1); // the gradient
  const candidates: Candidate[] = [];
  let best = Infinity;
  let worseInARow = 0;
  for (const l2 of strongestFirst) {
    let loss = 0;
    for (const [index, { training, heldOut }] of trials.entries()) {
      const point = points[index] as Float64Array;
      fit(training, l2, point);
      loss += ((losses[index] as Objective)(point, unused) * heldOut.known.images.length) / images;
    }
    candidates.push({ l2, loss });
    worseInARow = loss < best ? 0 : worseInARow + 1;
    best = Math.min(best, loss);
    if (worseInARow === 2) break;
  }
  return candidates;
}

/** Weights 0 and the bias that is the best without features: the log odds of the finding. */
export function startAtBaseRate({ positives, negatives }: KnownLabels, dimension: number): Float64Array {
  const point = new Float64Array(dimension + 1);
  point[dimension] = Math.log(positives / negatives);
  return point;
}
