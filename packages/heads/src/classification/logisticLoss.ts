import type { Features } from './features.ts';
import type { KnownLabels } from './findingLabels.ts';
import type { Objective } from './minimiseLbfgs.ts';

/** What takes features to mean 0 and deviation 1: `(x - mean) / deviation`, by dimension. */
export interface Standardisation {
  readonly mean: ArrayLike<number>;
  readonly deviation: ArrayLike<number>;
}

/** What an image of each class counts. */
export type ClassWeights = readonly [negative: number, positive: number];

type Four = [number, number, number, number];

/**
 * The mean over the given images of log(1 + exp(-y z)), y = -1 or 1, plus l2 |w|^2 / (2 images): scikit-learn's LogisticRegression with C = 1 / l2,
 * divided by the number of images. The point is the weights of the standardised features and, last, the bias, which is not penalised.
 *
 * With class weights, each image's loss counts that of its class: scikit-learn's `class_weight`, the divisor still the number of images.
 *
 * Features are standardised inside the weights (w.(x - m) / s = (w / s).x - (w / s).m), so that no copy of them is made.
 */
export function logisticLoss({ data, dimension }: Features, { mean, deviation }: Standardisation, { images, labels }: KnownLabels, l2: number, classWeights: ClassWeights = [1, 1]): Objective {
  const scaled = new Float64Array(dimension); // w / s
  const sum = new Float64Array(dimension); // of residual x features
  const starts = new Int32Array(4);
  const logits = new Float64Array(4);
  const residual = new Float64Array(4);
  const { length } = images;
  return (point, gradient) => {
    let bias = point[dimension] as number;
    let penalty = 0;
    for (let d = 0; d < dimension; d++) {
      const weight = point[d] as number;
      const scale = weight / (deviation[d] as number);
      scaled[d] = scale;
      bias -= scale * (mean[d] as number);
      penalty += weight * weight;
    }
    sum.fill(0);
    let loss = 0;
    let residuals = 0;
    // Four images at a time: the weights and the sum are then read and written once for four, and four additions do not wait for one another
    for (let row = 0; row < length; row += 4) {
      const inBlock = Math.min(4, length - row);
      for (let i = 0; i < 4; i++) starts[i] = (images[row + Math.min(i, inBlock - 1)] as number) * dimension;
      const [s0, s1, s2, s3] = starts as unknown as Four;
      let [z0, z1, z2, z3] = [bias, bias, bias, bias];
      for (let d = 0; d < dimension; d++) {
        const weight = scaled[d] as number;
        z0 += weight * (data[s0 + d] as number);
        z1 += weight * (data[s1 + d] as number);
        z2 += weight * (data[s2 + d] as number);
        z3 += weight * (data[s3 + d] as number);
      }
      logits[0] = z0;
      logits[1] = z1;
      logits[2] = z2;
      logits[3] = z3;
      residual.fill(0); // stays so where the last block has no image
      for (let i = 0; i < inBlock; i++) {
        const logit = logits[i] as number;
        const label = labels[row + i] as number;
        const weight = classWeights[label as 0 | 1];
        const tail = Math.exp(-Math.abs(logit));
        loss += weight * (Math.log1p(tail) + Math.max(0, label ? -logit : logit));
        residual[i] = weight * ((logit >= 0 ? 1 / (1 + tail) : tail / (1 + tail)) - label);
        residuals += residual[i] as number;
      }
      const [r0, r1, r2, r3] = residual as unknown as Four;
      for (let d = 0; d < dimension; d++) {
        sum[d] =
          (sum[d] as number) + (r0 * (data[s0 + d] as number) + r1 * (data[s1 + d] as number)) + (r2 * (data[s2 + d] as number) + r3 * (data[s3 + d] as number));
      }
    }
    for (let d = 0; d < dimension; d++) {
      gradient[d] = (((sum[d] as number) - residuals * (mean[d] as number)) / (deviation[d] as number) + l2 * (point[d] as number)) / length;
    }
    gradient[dimension] = residuals / length;
    return (loss + (l2 / 2) * penalty) / length;
  };
}
