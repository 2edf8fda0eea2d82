/** So that a probability of 0 or 1 has finite log odds. */
const LEAST = 1e-12;

/** Log odds of probabilities; finite. */
export function logOdds(probabilities: Float64Array): Float64Array {
  return probabilities.map((p) => Math.log(Math.max(LEAST, p) / Math.max(LEAST, 1 - p)));
}
