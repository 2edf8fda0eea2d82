/**
 * The probability that a standard normal number is above z. Near 0 the series of Marsaglia, further out the continued fraction of Mills's ratio,
 * so that small p-values keep their relative precision.
 *
 * @see Marsaglia 2004, Evaluating the normal distribution
 */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 2) {
    let term = z;
    let sum = 0;
    for (let odd = 3; sum + term !== sum; odd += 2) {
      sum += term;
      term *= (z * z) / odd;
    }
    return 0.5 - density * sum;
  }
  let fraction = 0;
  for (let k = 200; k > 0; k--) fraction = k / (z + fraction);
  return density / (z + fraction);
}
