import type { LogitScale } from './fitLogistic.ts';

/**
 * Calibrated probabilities: sigmoid(slope * logit + intercept).
 *
 * @param logits One an image.
 * @param scale From {@link fitTemperature} or {@link fitPlatt}, fitted on other data.
 * @returns Probabilities from 0 to 1, in float64.
 *
 * @example
 * ```ts
 * scaleLogits([0, 2], { slope: 0.5, intercept: 0 }); // [0.5, 0.7310585786300049]
 * ```
 */
export function scaleLogits(logits: ArrayLike<number>, { slope, intercept }: LogitScale): Float64Array {
  return Float64Array.from(logits, (logit) => 1 / (1 + Math.exp(-(slope * logit + intercept))));
}
