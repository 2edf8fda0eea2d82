import type { ColumnOptions } from './rankColumn.ts';

/** Checks one finding's scores, labels, weights and mask, and lists the images whose label is known. */
export function knownImages(action: string, scores: ArrayLike<number>, labels: ArrayLike<number>, { weights, known }: ColumnOptions = {}): Int32Array {
  const { length } = scores;
  for (const [name, column] of Object.entries({ labels, weights, known })) {
    if (column && column.length !== length) throw new TypeError(`Cannot ${action} as ${name} must have one value for each of ${length} scores: current length is ${column.length}`);
  }
  const images = new Int32Array(length);
  let count = 0;
  for (let image = 0; image < length; image++) {
    const isKnown = known ? known[image] : 1;
    if (isKnown !== 0 && isKnown !== 1) throw new RangeError(`Cannot ${action} as known must be 0 or 1: current value of image ${image} is ${isKnown}`);
    if (!isKnown) continue;
    if (Number.isNaN(scores[image])) throw new RangeError(`Cannot ${action} as scores must be numbers: current value of image ${image} is NaN`);
    if (labels[image] !== 0 && labels[image] !== 1) throw new RangeError(`Cannot ${action} as known labels must be 0 or 1: current value of image ${image} is ${labels[image]}`);
    const weight = weights ? (weights[image] as number) : 1;
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`Cannot ${action} as weights must be finite and not negative: current value of image ${image} is ${weight}`);
    images[count++] = image;
  }
  return images.subarray(0, count);
}
