import type { EmbeddingRows } from './observe.ts';

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
  /** Of an observed step: the share of queries with fewer than five keys of the queue at least as similar as their own. */
  readonly accuracyTop5?: number;
  /** Of an observed step: the mean over queries of the largest similarity to the queue, over the temperature. */
  readonly hardestNegativeLogit?: number;
  /** Of an observed step: how much of the top-1 accuracy is lost with keys that were normalised in other company: what batch-norm gives away. */
  readonly batchNormLeak?: number;
  /** Of an observed step: the batch's projections, queries and their keys in the same order. */
  readonly embeddings?: { readonly query: EmbeddingRows; readonly key: EmbeddingRows };
  /** The norm of the gradients of a part of the network: `gradientNorm.<stage>`, `gradientNorm.head`. */
  readonly [gradientNorm: `gradientNorm.${string}`]: number;
  /** A stage's term before its weight, under the name of the loss: for IFA mean |target - cosine|, as `ifa.layer4`. */
  readonly [term: `${string}.${string}`]: number;
  /** A stage's mean cosine between query and key maps, or what the intermediate loss calls similarity. Of an observed step, also of stages without a term: over the batch's first images, at equal places. */
  readonly [similarity: `similarity.${string}`]: number;
  /** Of an observed step: a stage's mean cosine between a query's map and the key's map of another image. */
  readonly [otherSimilarity: `otherSimilarity.${string}`]: number;
  /** Of aligned views: the share of a stage's cells that both views show. At 0 its term and its mean cosine are 0 for want of cells. */
  readonly [coverage: `coverage.${string}`]: number;
}
