import type { ConfusionTable } from './confusionTable.ts';

/** What follows from a confusion table; each is `undefined` where its denominator is 0. */
export interface ConfusionMetrics {
  /** TP / (TP + FN), also recall and true positive rate. */
  readonly sensitivity: number | undefined;
  /** TN / (TN + FP). */
  readonly specificity: number | undefined;
  /** TP / (TP + FP), also precision; it depends on how frequent the finding is. */
  readonly positivePredictiveValue: number | undefined;
  /** TN / (TN + FN); it depends on how frequent the finding is. */
  readonly negativePredictiveValue: number | undefined;
  /** (TP + TN) / all. */
  readonly accuracy: number | undefined;
  /** The mean of sensitivity and specificity. */
  readonly balancedAccuracy: number | undefined;
  /** 2 TP / (2 TP + FP + FN). */
  readonly f1: number | undefined;
  /** Matthews's correlation coefficient, from -1 to 1. */
  readonly matthewsCorrelation: number | undefined;
}

const ratio = (numerator: number, denominator: number): number | undefined => (denominator > 0 ? numerator / denominator : undefined);

/**
 * Sensitivity, specificity and their relatives from a confusion table. Where scikit-learn puts 0 for a division by zero, there is no value here.
 *
 * @param table The four counts, or sums of weights.
 * @returns The metrics.
 *
 * @example
 * ```ts
 * const { f1, matthewsCorrelation } = confusionMetrics({ truePositives: 8, falsePositives: 2, trueNegatives: 88, falseNegatives: 2 });
 * ```
 * @see Chicco and Jurman 2020, The advantages of the Matthews correlation coefficient over F1 score and accuracy
 */
export function confusionMetrics({ truePositives, falsePositives, trueNegatives, falseNegatives }: ConfusionTable): ConfusionMetrics {
  const [positives, negatives] = [truePositives + falseNegatives, trueNegatives + falsePositives];
  const [calledPositive, calledNegative] = [truePositives + falsePositives, trueNegatives + falseNegatives];
  const sensitivity = ratio(truePositives, positives);
  const specificity = ratio(trueNegatives, negatives);
  return {
    sensitivity,
    specificity,
    positivePredictiveValue: ratio(truePositives, calledPositive),
    negativePredictiveValue: ratio(trueNegatives, calledNegative),
    accuracy: ratio(truePositives + trueNegatives, positives + negatives),
    balancedAccuracy: sensitivity === undefined || specificity === undefined ? undefined : (sensitivity + specificity) / 2,
    f1: ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
    // The product of square roots: that of the four sums leaves the exact integers soon
    matthewsCorrelation: ratio(
      truePositives * trueNegatives - falsePositives * falseNegatives,
      Math.sqrt(positives * negatives) * Math.sqrt(calledPositive * calledNegative),
    ),
  };
}
