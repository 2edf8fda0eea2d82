import { normalUpperTail } from './normalUpperTail.ts';

/** The number that a standard normal one is below with the given probability, between 0 and 1: Newton's steps, which on a concave function from the left never overshoot. */
export function normalQuantile(probability: number): number {
  if (probability < 0.5) return -normalQuantile(1 - probability);
  let z = 0;
  for (let step = Infinity; step > 1e-15 * z; ) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    step = (normalUpperTail(z) - (1 - probability)) / density;
    z += step;
  }
  return z;
}
