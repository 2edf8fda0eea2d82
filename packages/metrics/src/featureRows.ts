/** Feature vectors of many images, row by row; the `Features` of `@cxr-ifa/heads` fit. */
export interface FeatureRows {
  /** count x dimension values, finite. */
  readonly data: ArrayLike<number>;
  readonly count: number;
  readonly dimension: number;
}

/** Checks the size and the values of features. */
export function requireFeatures(action: string, { data, count, dimension }: FeatureRows, leastCount: number): void {
  if (!(Number.isSafeInteger(count) && count >= leastCount)) throw new RangeError(`Cannot ${action} as features must hold at least ${leastCount} images: current count is ${count}`);
  if (!(Number.isSafeInteger(dimension) && dimension > 0)) throw new RangeError(`Cannot ${action} as features must have at least one dimension: current dimension is ${dimension}`);
  if (data.length !== count * dimension) throw new TypeError(`Cannot ${action} as features must have ${count} x ${dimension} values: current length is ${data.length}`);
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) throw new RangeError(`Cannot ${action} as features must be finite: current value of dimension ${i % dimension} of image ${Math.floor(i / dimension)} is ${data[i]}`);
  }
}

/** Copies features to float64 after a check of their size and values. */
export function readFeatures(action: string, features: FeatureRows, leastCount: number): Float64Array {
  requireFeatures(action, features, leastCount);
  return Float64Array.from(features.data);
}

/** The inner product of row i of one and row j of another. */
export function rowProduct(a: Float64Array, i: number, b: Float64Array, j: number, dimension: number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += (a[i * dimension + k] as number) * (b[j * dimension + k] as number);
  return sum;
}
