import { assertShape } from '@cxr-ifa/tensor';
import { add, div, eye, matMul, mean, mul, relu, sqrt, square, sub, sum, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkWeights } from './checkWeights.ts';
import { l2Normalise } from './l2Normalise.ts';
import { stopGradient } from './stopGradient.ts';

const ACTION = 'compute the VICReg loss';

/** Keeps the square root's gradient finite where a column is constant. */
const EPSILON = 1e-4;

/** Options of {@link vicReg}; all numbers are 0 or more. */
export interface VicRegOptions {
  /** Weight of the invariance. @default {25} */
  readonly invariance?: number;
  /** Weight of the variance. @default {25} */
  readonly variance?: number;
  /** Weight of the covariance. @default {1} */
  readonly covariance?: number;
  /** The standard deviation that each column is to have at least, gamma. @default {1} */
  readonly deviation?: number;
  /** Whether the key is a constant, as in momentum contrast; its variance and covariance then count in the value only. Without it both sides carry gradients, as in the paper. @default {true} */
  readonly constantKey?: boolean;
}

/** The VICReg loss and its terms before their weights; all of it belongs to the caller. */
export interface VicReg {
  readonly loss: Scalar;
  readonly invariance: Scalar;
  readonly variance: Scalar;
  readonly covariance: Scalar;
  /** Mean cosine of a query to its key. */
  readonly similarity: Scalar;
}

/**
 * Variance, invariance, covariance: query and key agree, every column varies over the batch, and no two columns say the same.
 *
 *     invariance = mean (query - key)^2
 *     variance   = mean over both sides and columns of max(0, deviation - sqrt(var(column) + 1e-4))
 *     covariance = sum over both sides of the squared covariances of different columns, / D
 *     loss = the three by their weights
 *
 * Variances and covariances are unbiased, over N - 1, as in the released code.
 *
 * @param query Projections of the queries, [N, D], not normalised; at least two rows; borrowed.
 * @param key Projections of their positives, in the same order, [N, D]; borrowed.
 * @param options The weights, and whether the key is a constant.
 * @returns The loss and its terms.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If there is one row only, or a number is not 0 or more.
 *
 * @example
 * ```ts
 * const { loss, variance } = vicReg(query, key);
 * ```
 *
 * @see Bardes et al. 2022, VICReg: Variance-Invariance-Covariance Regularization for Self-Supervised Learning, equations 1 to 6
 */
export function vicReg(query: Tensor2D, key: Tensor2D, { invariance = 25, variance = 25, covariance = 1, deviation = 1, constantKey = true }: VicRegOptions = {}): VicReg {
  const { N } = assertShape(ACTION, { query: [query, ['N', 'D']], key: [key, ['N', 'D']] }) as { N: number };
  if (N < 2) throw new RangeError(`Cannot ${ACTION} as a variance needs at least 2 rows: current rows are ${N}`);
  checkWeights(ACTION, { invariance, variance, covariance, deviation });
  return tidy(() => {
    const target = constantKey ? stopGradient(key) : key;
    const sides = [query, target].map((side) => spread(side, deviation)) as [Spread, Spread];
    const distance: Scalar = mean(square(sub(query, target)));
    const hinge: Scalar = div(add(sides[0].hinge, sides[1].hinge), 2);
    const redundancy: Scalar = add(sides[0].redundancy, sides[1].redundancy);
    const loss: Scalar = add(add(mul(distance, invariance), mul(hinge, variance)), mul(redundancy, covariance));
    return {
      loss,
      invariance: distance,
      variance: hinge,
      covariance: redundancy,
      similarity: mean(sum(mul(l2Normalise(query), l2Normalise(target)), 1)) as Scalar,
    };
  });
}

interface Spread {
  readonly hinge: Scalar;
  readonly redundancy: Scalar;
}

/** How much the columns of one side fall short of the deviation, and how much they repeat each other. */
function spread(x: Tensor2D, deviation: number): Spread {
  const [rows, columns] = x.shape;
  const centred: Tensor2D = sub(x, mean(x, 0, true));
  const variances = div(sum(square(centred), 0), rows - 1); // [D]
  const covariances = div(matMul(centred, centred, true), rows - 1); // [D, D]
  return {
    hinge: mean(relu(sub(deviation, sqrt(add(variances, EPSILON))))),
    redundancy: div(sum(square(mul(covariances, sub(1, eye(columns))))), columns),
  };
}
