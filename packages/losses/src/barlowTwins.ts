import { assertShape } from '@cxr-ifa/tensor';
import { add, div, eye, matMul, mean, mul, sqrt, square, sub, sum, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkWeights } from './checkWeights.ts';
import { stopGradient } from './stopGradient.ts';

const ACTION = 'compute the Barlow Twins loss';

/** What keeps a constant column from a division by 0, as in batch-norm. */
const EPSILON = 1e-5;

/** Options of {@link barlowTwins}; the weights are 0 or more. */
export interface BarlowTwinsOptions {
  /** Weight of the diagonal, which asks for agreement. @default {1} */
  readonly onDiagonal?: number;
  /** Weight of all else, which asks for independent columns. @default {0.005} */
  readonly offDiagonal?: number;
  /** A factor of the whole. @default {1} */
  readonly scale?: number;
  /** Whether the key is a constant, as in momentum contrast. Without it both sides carry gradients, as in the paper. @default {true} */
  readonly constantKey?: boolean;
}

/** The Barlow Twins loss and its terms before weights and scale; all of it belongs to the caller. */
export interface BarlowTwins {
  readonly loss: Scalar;
  /** Sum of (1 - c[i, i])^2. */
  readonly onDiagonal: Scalar;
  /** Sum of c[i, j]^2 over i other than j. */
  readonly offDiagonal: Scalar;
  /** Mean of the diagonal, from -1 to 1. */
  readonly similarity: Scalar;
}

/**
 * Redundancy reduction: the correlation over a batch between the columns of query and key is brought to the identity matrix.
 *
 *     c[i, j] = mean over n of z(query)[n, i] z(key)[n, j],   z(x) = (x - mean) / sqrt(variance + 1e-5) by column
 *     loss = scale (onDiagonal sum over i of (1 - c[i, i])^2 + offDiagonal sum over i != j of c[i, j]^2)
 *
 * @param query Projections of the queries, [N, D]; at least two rows; borrowed.
 * @param key Projections of their positives, in the same order, [N, D]; borrowed.
 * @param options The weights, and whether the key is a constant.
 * @returns The loss and its terms.
 * @throws {TypeError} If shapes do not fit.
 * @throws {RangeError} If there is one row only, or a weight is not 0 or more.
 *
 * @example
 * ```ts
 * const { loss } = barlowTwins(query, key, kakuBarlow);
 * ```
 *
 * @see Zbontar et al. 2021, Barlow Twins: Self-Supervised Learning via Redundancy Reduction, equation 1
 */
export function barlowTwins(query: Tensor2D, key: Tensor2D, { onDiagonal = 1, offDiagonal = 0.005, scale = 1, constantKey = true }: BarlowTwinsOptions = {}): BarlowTwins {
  const { N, D } = assertShape(ACTION, { query: [query, ['N', 'D']], key: [key, ['N', 'D']] }) as { N: number; D: number };
  if (N < 2) throw new RangeError(`Cannot ${ACTION} as a correlation needs at least 2 rows: current rows are ${N}`);
  checkWeights(ACTION, { onDiagonal, offDiagonal, scale });
  return tidy(() => {
    const correlation: Tensor2D = div(matMul(standardise(query), standardise(constantKey ? stopGradient(key) : key), true), N); // [D, D]
    const identity = eye(D);
    const squared = square(sub(correlation, identity));
    const agreement: Scalar = sum(mul(squared, identity));
    const redundancy: Scalar = sum(mul(squared, sub(1, identity))); // not as a difference of sums, which would be noise where it is small
    const loss: Scalar = mul(add(mul(agreement, onDiagonal), mul(redundancy, offDiagonal)), scale);
    return {
      loss,
      onDiagonal: agreement,
      offDiagonal: redundancy,
      similarity: div(sum(mul(correlation, identity)), D) as Scalar,
    };
  });
}

function standardise(x: Tensor2D): Tensor2D {
  const centred = sub(x, mean(x, 0, true));
  return div(centred, sqrt(add(mean(square(centred), 0, true), EPSILON))); // [N, D]
}
