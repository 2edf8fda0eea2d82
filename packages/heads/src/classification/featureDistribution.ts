/**
 * What features look like where an encoder and a probe were fitted: a Gaussian with shrunk covariance, and how far its own images are from its
 * mean. Plain typed arrays, to be kept in a file.
 */
export interface FeatureDistribution {
  readonly dimension: number;
  readonly mean: Float32Array;
  /** dimension x dimension, row by row, lower triangular: W with W'W the inverse of the covariance, so that |W (x - mean)| is the Mahalanobis distance. */
  readonly whitening: Float32Array;
  /** The share of the covariance that is not the images' own, but its mean eigenvalue in every direction (on standardised features). */
  readonly shrinkage: number;
  /** Ascending quantiles, at equal steps of probability from 0 to 1, of the distances of the images it was fitted on, each left out in turn. */
  readonly quantiles: Float32Array;
}
