/** The numbers of one training step. */
export interface StepLog {
  /** How many steps have been taken, this one included. */
  readonly step: number;
  /** InfoNCE plus the weighted IFA terms. */
  readonly loss: number;
  readonly infoNce: number;
  /** The share of queries whose own key scores above the whole queue. */
  readonly accuracyTop1: number;
  /** Mean similarity of a query to its own key, over the temperature. */
  readonly positiveLogit: number;
  /** Mean similarity of a query to the queue, over the temperature. */
  readonly negativeLogit: number;
  readonly learningRate: number;
  /** A stage's IFA term before its weight: mean |target - cosine|. */
  readonly [term: `ifa.${string}`]: number;
  /** A stage's mean cosine between query and key maps. */
  readonly [similarity: `similarity.${string}`]: number;
  /** Of aligned views: the share of a stage's cells that both views show. At 0 its term and its mean cosine are 0 for want of cells. */
  readonly [coverage: `coverage.${string}`]: number;
}
