/** One finding's logistic regression on standardised features. */
export interface LogisticClassifier {
  /** One weight a dimension. */
  readonly weights: readonly number[];
  readonly bias: number;
  /** The chosen strength of the penalty l2 |w|^2 / 2, against a log loss summed over images: the inverse of scikit-learn's C. */
  readonly l2: number;
  /** Mean log loss of every candidate on the images it was chosen on; empty where there was nothing to choose, or nothing to choose on. */
  readonly candidates: readonly { readonly l2: number; readonly loss: number }[];
  /** Whether the optimiser met its tolerance; if not, more iterations or a larger l2 are needed. */
  readonly converged: boolean;
}

/** What a probe knows of one finding. */
export interface ProbedFinding {
  readonly name: string;
  /** Known positive and negative images in the training set. */
  readonly positives: number;
  readonly negatives: number;
  /** `null` where the training set held one class only: such a finding is not predicted. */
  readonly classifier: LogisticClassifier | null;
}

/** A linear probe as plain data: goes through JSON and back without loss. */
export interface LinearProbe {
  readonly dimension: number;
  /** Mean and deviation of the training features, by dimension: features are standardised by them. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly findings: readonly ProbedFinding[];
}
