import type { Features } from '@cxr-ifa/heads/classification';
import { InputError, type Rng } from '@cxr-ifa/tensor';

/**
 * Projections on the principal components of some rows, by orthogonal iteration on the covariance: a floor that needs no encoder.
 * The span is that of the largest variances; which basis it has matters to no linear probe but through its penalty.
 *
 * @param features One vector a row.
 * @param fitRows The rows that mean and covariance are of.
 * @param options `count` of components, at most as many as dimensions and as rows less one; `rng` for the first basis; `iterations` of which each takes the error by the ratio of neighbouring variances.
 * @throws {InputError} If there are too few rows.
 */
export function principalComponents({ data, count: rows, dimension }: Features, fitRows: readonly number[], { count, rng, iterations = 60 }: { readonly count: number; readonly rng: Rng; readonly iterations?: number }): Features {
  if (count > dimension || count > fitRows.length - 1) throw new InputError(`Cannot take ${count} principal components as there must be more images than that: current number is ${fitRows.length} of ${dimension} pixels`);
  const mean = new Float64Array(dimension);
  for (const row of fitRows) for (let d = 0; d < dimension; d++) mean[d] = (mean[d] as number) + (data[row * dimension + d] as number) / fitRows.length;
  const covariance = new Float64Array(dimension * dimension);
  const centred = new Float64Array(dimension);
  for (const row of fitRows) {
    for (let d = 0; d < dimension; d++) centred[d] = (data[row * dimension + d] as number) - (mean[d] as number);
    for (let i = 0; i < dimension; i++) {
      const value = (centred[i] as number) / fitRows.length;
      for (let j = 0; j < dimension; j++) covariance[i * dimension + j] = (covariance[i * dimension + j] as number) + value * (centred[j] as number);
    }
  }
  let basis = orthonormalise(Array.from({ length: count }, () => Float64Array.from({ length: dimension }, () => rng.normal())));
  for (let iteration = 0; iteration < iterations; iteration++) basis = orthonormalise(basis.map((vector) => multiply(covariance, vector)));
  const projected = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < dimension; d++) centred[d] = (data[row * dimension + d] as number) - (mean[d] as number);
    basis.forEach((vector, component) => (projected[row * count + component] = dot(vector, centred)));
  }
  return { data: projected, count: rows, dimension: count };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function multiply(matrix: Float64Array, vector: Float64Array): Float64Array {
  const { length } = vector;
  return Float64Array.from(vector, (_, row) => dot(matrix.subarray(row * length, (row + 1) * length), vector));
}

/** Gram-Schmidt, twice, which is enough in floating point. */
function orthonormalise(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const own = vector.slice();
    for (let turn = 0; turn < 2; turn++) {
      for (const other of basis) {
        const share = dot(own, other);
        for (let i = 0; i < own.length; i++) own[i] = (own[i] as number) - share * (other[i] as number);
      }
    }
    const length = Math.sqrt(dot(own, own));
    basis.push(own.map((value) => value / length));
  }
  return basis;
}
