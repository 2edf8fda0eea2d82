import type { Features } from '@cxr-ifa/heads/classification';
import { InputError } from '@cxr-ifa/tensor';
import { EVD, Matrix } from 'ml-matrix';

/**
 * Projections on the principal components of some rows: a floor that needs no encoder. Some ten seconds for 1,024 dimensions.
 *
 * @param features One vector a row.
 * @param fitRows The rows that mean and covariance are of.
 * @param options `count` of components, the largest variance first; at most as many as dimensions and as rows less one.
 * @throws {InputError} If there are too few rows.
 */
export function principalComponents({ data, count: rows, dimension }: Features, fitRows: readonly number[], { count }: { readonly count: number }): Features {
  if (count > dimension || count > fitRows.length - 1) throw new InputError(`Cannot take ${count} principal components as there must be more images than that: current number is ${fitRows.length} of ${dimension} pixels`);
  const all = Matrix.from1DArray(rows, dimension, Array.from(data));
  const fitted = new Matrix(fitRows.map((row) => all.getRow(row)));
  const mean = fitted.mean('column');
  const centred = fitted.subRowVector(mean);
  const { eigenvectorMatrix } = new EVD(centred.transpose().mmul(centred), { assumeSymmetric: true }); // columns, by ascending variance
  const basis = eigenvectorMatrix.subMatrix(0, dimension - 1, dimension - count, dimension - 1).flipRows(); // flips each row, so that the largest variance comes first
  return { data: Float32Array.from(all.subRowVector(mean).mmul(basis).to1DArray()), count: rows, dimension: count };
}
