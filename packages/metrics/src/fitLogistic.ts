/** p = 1 / (1 + exp(-(slope * logit + intercept))). */
export interface LogitScale {
  readonly slope: number;
  readonly intercept: number;
}

const ITERATIONS = 200;

/**
 * Minimises the weighted cross-entropy of sigmoid(slope x + intercept) against targets from 0 to 1 by Newton's method with halved steps. The loss is convex,
 * so that where a finite minimum exists it is found to rounding; the caller makes sure that one does. Logits are centred (where the intercept is free)
 * and divided by their largest first, so that neither 1e-30 nor 1e30 harms the Hessian.
 */
export function fitLogistic(logits: Float64Array, targets: Float64Array, weights: Float64Array, { fixedIntercept = false }: { readonly fixedIntercept?: boolean } = {}): LogitScale {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centre = fixedIntercept ? 0 : logits.reduce((sum, logit, index) => sum + logit * ((weights[index] as number) / total), 0);
  const largest = logits.reduce((most, logit) => Math.max(most, Math.abs(logit - centre)), 0);
  const x = logits.map((logit) => (logit - centre) / largest);
  // log(1 + e^z) - t z, without overflow
  const loss = (slope: number, intercept: number): number =>
    x.reduce((sum, value, index) => {
      const z = slope * value + intercept;
      return sum + (weights[index] as number) * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (targets[index] as number) * z);
    }, 0) / total;

  let [slope, intercept] = [0, 0];
  let current = loss(slope, intercept);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    let [gradientSlope, gradientIntercept, hessianSlope, hessianBoth, hessianIntercept] = [0, 0, 0, 0, 0];
    x.forEach((value, index) => {
      const probability = 1 / (1 + Math.exp(-(slope * value + intercept)));
      const weight = (weights[index] as number) / total;
      const residual = weight * (probability - (targets[index] as number));
      const curvature = weight * probability * (1 - probability);
      gradientSlope += residual * value;
      gradientIntercept += residual;
      hessianSlope += curvature * value * value;
      hessianBoth += curvature * value;
      hessianIntercept += curvature;
    });
    if (fixedIntercept) [gradientIntercept, hessianBoth, hessianIntercept] = [0, 0, 1];
    const determinant = hessianSlope * hessianIntercept - hessianBoth * hessianBoth;
    const stepSlope = (hessianIntercept * gradientSlope - hessianBoth * gradientIntercept) / determinant;
    const stepIntercept = (hessianSlope * gradientIntercept - hessianBoth * gradientSlope) / determinant;
    const decrement = gradientSlope * stepSlope + gradientIntercept * stepIntercept; // twice the fall in loss that Newton's model promises
    let length = 1;
    let next = loss(slope - stepSlope, intercept - stepIntercept);
    while (!(next <= current - (length * decrement) / 4) && length > 1e-10 && decrement > 1e-14) {
      length /= 2;
      next = loss(slope - length * stepSlope, intercept - length * stepIntercept);
    }
    slope -= length * stepSlope;
    intercept -= length * stepIntercept;
    current = next;
    if (decrement <= 1e-24) return { slope: slope / largest, intercept: intercept - slope * (centre / largest) };
  }
  throw new RangeError(`Cannot fit a logistic function as Newton's method must converge in ${ITERATIONS} steps: current loss is ${current}`);
}
