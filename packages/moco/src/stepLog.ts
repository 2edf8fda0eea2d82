/** The numbers of one training step. */
export interface StepLog {
  /** How many steps have been taken, this one included. */
  readonly step: number;
  /** InfoNCE plus the weighted terms on intermediate maps. */
  readonly loss: number;
  readonly infoNce: number;
  /** The share of queries whose own key scores above the whole queue. */
  readonly accuracyTop1: number;
  /** Mean similarity of a query to its own key, over the temperature. */
  readonly positiveLogit: number;
  /** Mean similarity of a query to the queue, over the temperature. */
  readonly negativeLogit: number;
  /** The norm of all gradients together, before any clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** A stage's term before its weight, under the name of the loss: for IFA mean |target - cosine|, as `ifa.layer4`. */
  readonly [term: `${string}.${string}`]: number;
  /** A stage's mean cosine between query and key maps, or what the intermediate loss calls similarity. */
  readonly [similarity: `similarity.${string}`]: number;
  /** Of aligned views: the share of a stage's cells that both views show. At 0 its term and its mean cosine are 0 for want of cells. */
  readonly [coverage: `coverage.${string}`]: number;
}
