import { readFeatures, rowProduct, type FeatureRows } from './featureRows.ts';

/** Features less their mean: the statistic below does not change, and rounding is kept small. */
function centredRows(features: FeatureRows): Float64Array {
  const { count, dimension } = features;
  const rows = readFeatures('compute linear CKA', features, 4);
  for (let k = 0; k < dimension; k++) {
    let mean = 0;
    for (let image = 0; image < count; image++) mean += (rows[image * dimension + k] as number) / count;
    for (let image = 0; image < count; image++) rows[image * dimension + k] = (rows[image * dimension + k] as number) - mean;
  }
  return rows;
}

/**
 * Linear centred kernel alignment of two representations of the same images, from the unbiased estimate of HSIC: 1 for equal ones up to rotation and
 * one scale, about 0 for unrelated ones at any number of images, where the biased form tends to 1 with few images and many dimensions.
 * Time grows with the square of the images, memory with the features only.
 *
 * @param first Features of the images.
 * @param second Other features of the same images, in the same order, of any dimension.
 * @returns At most about 1; below 0 by chance, and `undefined` where either has no variance beyond chance.
 * @throws {TypeError} If the numbers of images differ.
 * @throws {RangeError} If there are fewer than four images or a value is not finite.
 *
 * @example
 * ```ts
 * const similarity = linearCka(layer1, layer4);
 * ```
 * @see Kornblith et al. 2019, Similarity of neural network representations revisited
 * @see Song et al. 2012, Feature selection via dependence maximization, equation 5 (the unbiased estimate)
 */
export function linearCka(first: FeatureRows, second: FeatureRows): number | undefined {
  const { count } = first;
  if (second.count !== count) throw new TypeError(`Cannot compute linear CKA as both must be of the same ${count} images: current count of the second is ${second.count}`);
  const [a, b] = [centredRows(first), centredRows(second)];
  const [rowsA, rowsB] = [new Float64Array(count), new Float64Array(count)];
  const add = (sums: Float64Array, image: number, value: number): number => (sums[image] = (sums[image] as number) + value);
  let [productAA, productAB, productBB] = [0, 0, 0];
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const [kernelA, kernelB] = [rowProduct(a, i, a, j, first.dimension), rowProduct(b, i, b, j, second.dimension)];
      productAA += 2 * kernelA * kernelA;
      productAB += 2 * kernelA * kernelB;
      productBB += 2 * kernelB * kernelB;
      for (const image of [i, j]) {
        add(rowsA, image, kernelA);
        add(rowsB, image, kernelB);
      }
    }
  }
  const total = (rows: Float64Array): number => rows.reduce((sum, value) => sum + value, 0);
  // HSIC_1 n (n - 3), with kernels whose diagonal is 0
  const hsic = (product: number, x: Float64Array, y: Float64Array): number =>
    product + (total(x) * total(y)) / ((count - 1) * (count - 2)) - (2 / (count - 2)) * x.reduce((sum, value, image) => sum + value * (y[image] as number), 0);
  const [ownA, ownB] = [hsic(productAA, rowsA, rowsA), hsic(productBB, rowsB, rowsB)];
  return ownA > 0 && ownB > 0 ? hsic(productAB, rowsA, rowsB) / Math.sqrt(ownA * ownB) : undefined;
}
