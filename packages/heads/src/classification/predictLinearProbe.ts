import { assertFeatures, type Features } from './features.ts';
import type { LinearProbe } from './linearProbe.ts';

/** Probabilities by finding, one value an image from 0 to 1, in the order of the findings; `null` for a finding that could not be trained. */
export type Predictions = ReadonlyMap<string, Float64Array | null>;

/**
 * The probability of each finding in each image: sigmoid(w.(x - mean) / deviation + b).
 *
 * @param probe A probe that {@link fitLinearProbe} made.
 * @param features Features from the encoder and the stage that the probe was fitted on; borrowed.
 * @returns Probabilities by finding.
 * @throws {TypeError} If the features have not the probe's dimension.
 * @throws {RangeError} If a feature is not finite.
 *
 * @example
 * ```ts
 * for (const [finding, probabilities] of predictLinearProbe(probe, features)) {
 *   if (probabilities) auroc(probabilities, labels[finding]);
 * }
 * ```
 */
export function predictLinearProbe(probe: LinearProbe, features: Features): Predictions {
  const { dimension, mean, deviation, findings } = probe;
  assertFeatures('predict with a linear probe', features, dimension);
  return new Map(
    findings.map(({ name, classifier }) => {
      if (!classifier) return [name, null];
      const scaled = Float64Array.from(classifier.weights, (weight, d) => weight / (deviation[d] as number));
      const bias = scaled.reduce((sum, weight, d) => sum - weight * (mean[d] as number), classifier.bias);
      const probabilities = Float64Array.from({ length: features.count }, (_, image) => {
        let logit = bias;
        for (let d = 0; d < dimension; d++) logit += (scaled[d] as number) * (features.data[image * dimension + d] as number);
        return 1 / (1 + Math.exp(-logit));
      });
      return [name, probabilities];
    }),
  );
}
