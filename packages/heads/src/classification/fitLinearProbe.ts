import { scoreCandidates, startAtBaseRate, trialsOf, type Fit, type LinearProbeSelection } from './choosePenalty.ts';
import { assertFeatures, type Features } from './features.ts';
import { assertDistinctFindings, knownLabels, type FindingLabels, type KnownLabels } from './findingLabels.ts';
import { fitStandardisation } from './fitStandardisation.ts';
import type { LinearProbe, LogisticClassifier, ProbedFinding } from './linearProbe.ts';
import { logisticLoss, type ClassWeights } from './logisticLoss.ts';
import { minimiseLbfgs } from './minimiseLbfgs.ts';

/** How a linear probe is fitted. */
export interface LinearProbeOptions {
  /** Candidates for the strength of the penalty, positive; one is chosen for each finding by the lowest mean log loss. @default {powers of ten from 0.1 to 100,000} */
  readonly l2?: readonly number[];
  /** Needed if there is more than one candidate. */
  readonly selection?: LinearProbeSelection;
  /** `'balanced'`: positives and negatives of a finding count the same in sum, n / (2 positives) and n / (2 negatives) each. Probabilities are then of a set with as many of the one as of the other. @default {'none'} */
  readonly classWeights?: 'none' | 'balanced';
  /** The fit ends when no component of the gradient of the mean loss is larger. @default {1e-7} */
  readonly tolerance?: number;
  /** @default {1000} */
  readonly maxIterations?: number;
}

const ACTION = 'fit a linear probe';
const SELECTION_TOLERANCE = 1e-5; // of the gradient: what is left changes the loss of good candidates in the sixth decimal
const L2_CANDIDATES = [0.1, 1, 10, 100, 1e3, 1e4, 1e5];

/**
 * Linear probe: one L2-regularised logistic regression a finding on frozen features, fitted to convergence in double precision.
 *
 * Minimises for each finding sum over known images of log(1 + exp(-y (w.x + b))) + l2 |w|^2 / 2, y = -1 or 1, x standardised by the training
 * images' mean and deviation, b not penalised. No learning rate and no schedule: encoders are compared at the optimum of the same problem.
 *
 * The penalty is chosen by log loss, which a few positives are enough for. Where cross-validation is impossible, since fewer than two patients
 * have the finding or fewer than two lack it, the strongest candidate is taken.
 *
 * @param features Features of the training images; borrowed.
 * @param findings Labels by finding, one value an image, and which are known.
 * @param options Candidates of the penalty, what it is chosen on, and when the fit ends.
 * @returns The probe. A finding whose known labels are all of one class has no classifier (`null`).
 * @throws {TypeError} If lengths do not fit, or there are several candidates and no selection.
 * @throws {RangeError} If features are not finite, a known label is not 0 or 1, findings share a name, a candidate is not positive, or the validation set does not know a finding.
 *
 * @example
 * ```ts
 * const probe = fitLinearProbe(features, [{ name: 'Effusion', labels: [0, 1, 1, 0], known: [1, 1, 1, 0] }], { l2: [1] });
 * ```
 * @see Radford et al. 2021, Learning Transferable Visual Models From Natural Language Supervision, appendix A.3 (linear probe by L-BFGS, penalty swept on validation)
 */
export function fitLinearProbe(features: Features, findings: readonly FindingLabels[], options: LinearProbeOptions = {}): LinearProbe {
  const { l2 = L2_CANDIDATES, selection, classWeights = 'none', tolerance = 1e-7, maxIterations = 1000 } = options;
  assertFeatures(ACTION, features);
  assertDistinctFindings(ACTION, findings);
  assertSelection(features, l2, selection);
  if (!(tolerance > 0)) throw new RangeError(`Cannot ${ACTION} as tolerance must be positive: current value is ${tolerance}`);
  if (!(Number.isSafeInteger(maxIterations) && maxIterations > 0)) throw new RangeError(`Cannot ${ACTION} as maxIterations must be a positive integer: current value is ${maxIterations}`);

  const standardisation = fitStandardisation(features);
  const fit = (known: KnownLabels, strength: number, point: Float64Array, weights: ClassWeights, gradientTolerance: number): boolean =>
    minimiseLbfgs(logisticLoss(features, standardisation, known, strength, weights), point, { tolerance: gradientTolerance, maxIterations }).converged;
  const strongestFirst = [...new Set(l2)].sort((a, b) => b - a);

  const probed = findings.map((finding): ProbedFinding => {
    const known = knownLabels(ACTION, finding, features.count);
    const { positives, negatives } = known;
    let classifier: LogisticClassifier | null = null;
    if (positives > 0 && negatives > 0) {
      const trials = selection && strongestFirst.length > 1 ? trialsOf(ACTION, finding.name, features, known, selection) : [];
      const weights: ClassWeights = classWeights === 'balanced' ? [known.images.length / (2 * negatives), known.images.length / (2 * positives)] : [1, 1]; // the same in all folds
      const roughly: Fit = (part, strength, point) => void fit(part, strength, point, weights, Math.max(tolerance, SELECTION_TOLERANCE));
      const candidates = trials.length > 0 ? scoreCandidates(trials, strongestFirst, roughly, standardisation, weights) : [];
      const strongest = { l2: strongestFirst[0] as number, loss: Infinity };
      const best = candidates.reduce((least, candidate) => (candidate.loss < least.loss ? candidate : least), strongest);
      const point = startAtBaseRate(known, features.dimension);
      const converged = fit(known, best.l2, point, weights, tolerance);
      classifier = { weights: Array.from(point.subarray(0, -1)), bias: point.at(-1) as number, l2: best.l2, candidates, converged };
    }
    return { name: finding.name, positives, negatives, classifier };
  });
  return { dimension: features.dimension, mean: Array.from(standardisation.mean), deviation: Array.from(standardisation.deviation), findings: probed };
}

function assertSelection({ count, dimension }: Features, l2: readonly number[], selection: LinearProbeSelection | undefined): void {
  if (l2.length === 0) throw new RangeError(`Cannot ${ACTION} as at least one l2 is needed: current count is 0`);
  for (const strength of l2) if (!(strength > 0 && strength < Infinity)) throw new RangeError(`Cannot ${ACTION} as l2 must be positive and finite: current value is ${strength}`);
  if (!selection) {
    if (l2.length > 1) throw new TypeError(`Cannot ${ACTION} as choosing among ${l2.length} values of l2 needs a selection: current value is undefined; give a validation set, patients to cross-validate over, or one l2`);
  } else if ('validation' in selection) {
    assertFeatures(`${ACTION} with this validation set`, selection.validation.features, dimension);
  } else {
    const { patients, folds = 5 } = selection;
    if (patients.length !== count) throw new TypeError(`Cannot ${ACTION} as patients must have one value for each of ${count} images: current length is ${patients.length}`);
    if (!(Number.isSafeInteger(folds) && folds >= 2)) throw new RangeError(`Cannot ${ACTION} as folds must be an integer of at least 2: current value is ${folds}`);
  }
}
