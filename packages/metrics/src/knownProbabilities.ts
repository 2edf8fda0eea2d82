import { knownImages } from './knownImages.ts';
import type { ColumnOptions } from './rankColumn.ts';

/** Checks one finding's probabilities and labels, and lists the images whose label is known. */
export function knownProbabilities(action: string, probabilities: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions): Int32Array {
  const images = knownImages(action, probabilities, labels, options);
  for (const image of images) {
    const probability = probabilities[image] as number;
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`Cannot ${action} as probabilities must be from 0 to 1: current value of image ${image} is ${probability}`);
  }
  return images;
}
