/**
 * The inverse of the Cholesky factor of a symmetric positive definite matrix: lower triangular W with W A W' = I, in double precision.
 *
 * @param matrix size x size, row by row; only the lower triangle is read.
 * @returns W, size x size, row by row, with zeros above the diagonal.
 * @throws {RangeError} If the matrix is not positive definite.
 */
export function choleskyInverse(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (factor[i * size + k] as number) * (factor[j * size + k] as number);
      if (i > j) factor[i * size + j] = sum / (factor[j * size + j] as number);
      else if (sum > 0) factor[i * size + i] = Math.sqrt(sum);
      else throw new RangeError(`Cannot invert a covariance as it must be positive definite: current pivot ${i} is ${sum}`);
    }
  }
  // Row by row: L W = I, so that W_i = (I_i - sum over k < i of L_ik W_k) / L_ii; rows are read in the order they lie in memory
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = inverse.subarray(i * size, (i + 1) * size);
    for (let k = 0; k < i; k++) {
      const weight = factor[i * size + k] as number;
      for (let j = 0; j <= k; j++) row[j] = (row[j] as number) - weight * (inverse[k * size + j] as number);
    }
    row[i] = 1;
    for (let j = 0; j <= i; j++) row[j] = (row[j] as number) / (factor[i * size + i] as number);
  }
  return inverse;
}
