import type { Rng } from '@cxr-ifa/tensor';
import { knownLabels, type FindingLabels } from './findingLabels.ts';

/**
 * Draws images with replacement so that every finding is asked for as often, and is there in half of the draws that ask for it: for each draw a finding by lot,
 * whether it is to be present by lot, and one of the images for which that is known. In place of an epoch's permutation, so that rare findings come in every batch.
 *
 * @param findings Labels of the training images by finding. One of a single class is never asked for.
 * @param count How many images to draw from: the length of every finding's labels.
 * @param size How many to draw.
 * @param rng The source of randomness; advances.
 * @returns Images by index; where no finding has both classes, any image as likely as any other.
 * @throws {TypeError} If a finding has not one label an image.
 * @throws {RangeError} If there is no image, `size` is no count, or a known label is not 0 or 1.
 *
 * @example
 * ```ts
 * const epoch = balancedSample([{ name: 'Hernia', labels }], labels.length, labels.length, rng.fork('order', epochNumber));
 * ```
 * @see Kang et al. 2020, Decoupling Representation and Classifier for Long-Tailed Recognition, section 3 (class-balanced sampling)
 */
export function balancedSample(findings: readonly FindingLabels[], count: number, size: number, rng: Rng): Int32Array {
  const action = 'draw a balanced sample';
  for (const [name, value, least] of [['count', count, 1], ['size', size, 0]] as const) {
    if (!(Number.isSafeInteger(value) && value >= least)) throw new RangeError(`Cannot ${action} as ${name} must be an integer of at least ${least}: current value is ${value}`);
  }
  const classes = findings.flatMap((finding) => {
    const { images, labels, positives, negatives } = knownLabels(action, finding, count);
    return positives === 0 || negatives === 0 ? [] : [[images.filter((_, row) => labels[row] === 1), images.filter((_, row) => labels[row] === 0)] as const];
  });
  return Int32Array.from({ length: size }, () => {
    const finding = classes.length > 0 ? classes[rng.integer(classes.length)] : undefined;
    if (!finding) return rng.integer(count);
    const members = finding[rng.integer(2) as 0 | 1];
    return members[rng.integer(members.length)] as number;
  });
}
