/** A smooth function: returns its value at `point` and writes its gradient. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** How {@link minimiseLbfgs} ends. */
export interface LbfgsOptions {
  /** Ends when no component of the gradient is larger than this. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** The number of steps that the curvature is estimated from. @default {20} */
  readonly history?: number;
}

/** Where the search ended. */
export interface LbfgsResult {
  readonly value: number;
  readonly iterations: number;
  /** Whether the gradient met the tolerance. */
  readonly converged: boolean;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MAX_EVALUATIONS = 60; // of one line search: a bracket halves each time, so a double has no more to give
const ROUNDING = 1e-14; // relative change of the value that may be noise

/**
 * Limited-memory BFGS with a line search by bisection to the weak Wolfe conditions, which keeps every curvature pair positive.
 * Converges to the minimum of a convex function.
 *
 * @param objective The function and its gradient.
 * @param point The start; overwritten with the best point.
 * @see Nocedal and Wright 2006, Numerical Optimization, algorithm 7.4; Lewis and Overton 2013, Nonsmooth optimization via quasi-Newton methods (line search)
 */
export function minimiseLbfgs(objective: Objective, point: Float64Array, { tolerance, maxIterations, history = 20 }: LbfgsOptions): LbfgsResult {
  const size = point.length;
  const pairs: { step: Float64Array; change: Float64Array; curvature: number }[] = []; // s, y, s.y, oldest first
  let gradient = new Float64Array(size);
  let nextGradient = new Float64Array(size);
  const direction = new Float64Array(size);
  const next = new Float64Array(size);
  let value = objective(point, gradient);

  for (let iteration = 0; ; iteration++) {
    if (largest(gradient) <= tolerance) return { value, iterations: iteration, converged: true };
    if (iteration === maxIterations) return { value, iterations: iteration, converged: false };

    descend(direction, gradient, pairs);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      pairs.length = 0; // rounding has spoilt the curvature: start again from steepest descent
      descend(direction, gradient, pairs);
      slope = dot(gradient, direction);
    }
    let length = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let [tooShort, tooLong] = [0, Infinity];
    let nextValue = value;
    for (let evaluation = 0; ; evaluation++) {
      if (evaluation === MAX_EVALUATIONS) return { value, iterations: iteration, converged: false };
      for (let i = 0; i < size; i++) next[i] = (point[i] as number) + length * (direction[i] as number);
      nextValue = objective(next, nextGradient);
      const decreases = nextValue <= value + SUFFICIENT_DECREASE * length * slope + ROUNDING * Math.abs(value); // false for NaN
      if (!decreases) tooLong = length;
      else if (dot(nextGradient, direction) < CURVATURE * slope) tooShort = length;
      else break;
      length = tooLong < Infinity ? (tooShort + tooLong) / 2 : 2 * tooShort;
    }

    const step = new Float64Array(size);
    const change = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      step[i] = (next[i] as number) - (point[i] as number);
      change[i] = (nextGradient[i] as number) - (gradient[i] as number);
    }
    const curvature = dot(step, change);
    if (curvature > 0) pairs.push({ step, change, curvature }); // rounding alone can leave it at zero
    if (pairs.length > history) pairs.shift();
    point.set(next);
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
  }
}

/** Writes -H gradient, where H approximates the inverse Hessian: the two-loop recursion (algorithm 7.4). */
function descend(direction: Float64Array, gradient: Float64Array, pairs: readonly { step: Float64Array; change: Float64Array; curvature: number }[]): void {
  for (let i = 0; i < direction.length; i++) direction[i] = -(gradient[i] as number);
  const alphas: number[] = [];
  for (const { step, change, curvature } of [...pairs].reverse()) {
    const alpha = dot(step, direction) / curvature;
    alphas.push(alpha);
    add(direction, -alpha, change);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] = scale * (direction[i] as number);
  }
  for (const { step, change, curvature } of pairs) add(direction, (alphas.pop() as number) - dot(change, direction) / curvature, step);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function add(target: Float64Array, factor: number, addend: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (addend[i] as number);
}

function largest(vector: Float64Array): number {
  let max = 0;
  for (const x of vector) max = Math.max(max, Math.abs(x));
  return max;
}
