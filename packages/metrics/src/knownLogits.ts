import { knownImages } from './knownImages.ts';
import type { ColumnOptions } from './rankColumn.ts';

/** Checks logits and labels, and gathers those with a known label and a weight. */
export function knownLogits(logits: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions): { values: Float64Array; labels: Float64Array; weights: Float64Array } {
  const { weights } = options;
  const images = knownImages('calibrate', logits, labels, options).filter((image) => !weights || (weights[image] as number) > 0);
  for (const image of images) {
    if (!Number.isFinite(logits[image])) throw new RangeError(`Cannot calibrate as logits must be finite: current value of image ${image} is ${logits[image]}`);
  }
  return {
    values: Float64Array.from(images, (image) => logits[image] as number),
    labels: Float64Array.from(images, (image) => labels[image] as number),
    weights: Float64Array.from(images, (image) => (weights ? (weights[image] as number) : 1)),
  };
}
