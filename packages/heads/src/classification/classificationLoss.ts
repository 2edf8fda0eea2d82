import { binaryCrossEntropy, focalLoss } from '@cxr-ifa/losses';
import { add, tensor1d, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';

/** What is done about findings that few images have. */
export type ImbalanceHandling = 'none' | 'class-weights' | 'focal' | 'logit-adjustment';

/** A loss of logits [N, F] against labels [N, F], over the cells that are known [N, F]; borrows them and gives away a scalar. */
export type ClassificationLoss = (logits: Tensor2D, labels: Tensor2D, known: Tensor2D) => Scalar;

/** A finding and how many training images have it, and are known to lack it. */
export interface CountedFinding {
  readonly name: string;
  readonly positives: number;
  readonly negatives: number;
}

/** Options of {@link classificationLoss}. */
export interface ClassificationLossOptions {
  /** With `'focal'`: how much what is right already is turned down. @default {2} */
  readonly gamma?: number;
  /** With `'logit-adjustment'`: the power of the prior. @default {1} */
  readonly tau?: number;
}

const untrained = ({ positives, negatives }: CountedFinding): boolean => positives === 0 || negatives === 0;

const MAKERS: Readonly<Record<ImbalanceHandling, (findings: readonly CountedFinding[], options: Required<ClassificationLossOptions>) => ClassificationLoss>> = {
  none: () => (logits, labels, known) => binaryCrossEntropy(logits, labels, known),
  'class-weights': (findings) => {
    const ratios = findings.map((finding) => (untrained(finding) ? 1 : finding.negatives / finding.positives));
    return (logits, labels, known) => tidy(() => binaryCrossEntropy(logits, labels, known, { positiveWeights: tensor1d(ratios) }));
  },
  focal: (_findings, { gamma }) => (logits, labels, known) => focalLoss(logits, labels, known, { gamma }),
  'logit-adjustment': (findings, { tau }) => {
    const offsets = findings.map((finding) => (untrained(finding) ? 0 : tau * Math.log(finding.positives / finding.negatives)));
    return (logits, labels, known) => tidy(() => binaryCrossEntropy(add<Tensor2D>(logits, tensor1d(offsets)), labels, known)); // [N, F]
  },
};

/**
 * The loss of a multi-label classifier under imbalance, from the counts of its training images:
 *
 * - `'none'`: binary cross-entropy;
 * - `'class-weights'`: a positive counts negatives / positives times, so that both classes of a finding weigh the same;
 * - `'focal'`: the focal loss with `gamma`;
 * - `'logit-adjustment'`: cross-entropy of logit + tau log(positives / negatives). What the classifier then lacks, as it is used without the offset, is the prior:
 *   with tau 1 its threshold 0 is the one of the best balanced accuracy.
 *
 * All but the first make probabilities that are not those of the data: calibrate them on validation images.
 *
 * @param handling One of the above.
 * @param findings Counts of the training images by finding, in the order of the logits; a finding of one class changes nothing.
 * @param options `gamma` and `tau`.
 * @returns The loss; it borrows its arguments, and its scalar belongs to the caller.
 * @throws {RangeError} If the handling is unknown, or gamma or tau negative.
 *
 * @example
 * ```ts
 * const loss = classificationLoss('logit-adjustment', [{ name: 'Hernia', positives: 20, negatives: 1980 }]);
 * ```
 * @see Menon et al. 2021, Long-tail learning via logit adjustment, equation 10 (there of a softmax; of two classes it is this)
 */
export function classificationLoss(handling: ImbalanceHandling, findings: readonly CountedFinding[], { gamma = 2, tau = 1 }: ClassificationLossOptions = {}): ClassificationLoss {
  if (!Object.hasOwn(MAKERS, handling)) throw new RangeError(`Cannot make a loss as its handling of imbalance must be one of ${Object.keys(MAKERS).join(', ')}: current value is ${handling}`);
  for (const [name, value] of Object.entries({ gamma, tau })) if (!(value >= 0 && value < Infinity)) throw new RangeError(`Cannot make a loss as ${name} must be 0 or more: current value is ${value}`);
  return MAKERS[handling](findings, { gamma, tau });
}
