import { readFeatures, rowProduct, type FeatureRows } from './featureRows.ts';

/** Features divided by their length; a feature of length 0 has no direction and is refused. */
export function unitRows(action: string, features: FeatureRows, leastCount: number): Float64Array {
  const { count, dimension } = features;
  const rows = readFeatures(action, features, leastCount);
  for (let image = 0; image < count; image++) {
    const length = Math.sqrt(rowProduct(rows, image, rows, image, dimension));
    if (!(length > 0)) throw new RangeError(`Cannot ${action} as features must have a direction: current length of image ${image} is ${length}`);
    for (let k = 0; k < dimension; k++) rows[image * dimension + k] = (rows[image * dimension + k] as number) / length;
  }
  return rows;
}
