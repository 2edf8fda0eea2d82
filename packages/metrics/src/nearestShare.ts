import type { Rng } from '@cxr-ifa/tensor';
import type { NearestImages } from './nearestImages.ts';
import { patientClusters } from './patientClusters.ts';
import { quantile } from './quantile.ts';

/** A share with what it would be where nothing was copied. */
export interface NearestShare {
  readonly value: number;
  /** The training images' share of all real ones. */
  readonly expected: number;
  /** Where the share lies with the stated confidence where nothing was copied: which real images are called training images is drawn anew, patient by patient. */
  readonly expectedLow: number;
  readonly expectedHigh: number;
}

/**
 * The share of images whose nearest real image is a training image. Few real images are nearest to many generated ones, so that an interval over generated images would be
 * too narrow: the range is that of real patients drawn anew to be the training part.
 */
export function nearestShare(
  training: Pick<NearestImages, 'indices' | 'distances'>,
  heldOut: Pick<NearestImages, 'indices' | 'distances'>,
  { trainingImages, patients, rng, samples, confidence }: { readonly trainingImages: number; /** Of the training images, then of the held-out ones. */ readonly patients: ArrayLike<string | number | undefined>; readonly rng: Rng; readonly samples: number; readonly confidence: number },
): NearestShare {
  const { clusterOf, count } = patientClusters(patients);
  const [images, nearestTo] = [new Float64Array(count), new Float64Array(count)]; // of each patient: images, and generated images that one of them is nearest to
  for (const cluster of clusterOf) images[cluster] = (images[cluster] as number) + 1;
  let near = 0;
  const add = (image: number, share: number): void => {
    const cluster = clusterOf[image] as number;
    nearestTo[cluster] = (nearestTo[cluster] as number) + share;
    if (image < trainingImages) near += share;
  };
  for (const [i, distance] of training.distances.entries()) {
    const other = heldOut.distances[i] as number;
    const share = distance < other ? 1 : distance === other ? 0.5 : 0; // what is as near counts half
    if (share > 0) add(training.indices[i] as number, share);
    if (share < 1) add(trainingImages + (heldOut.indices[i] as number), 1 - share);
  }
  const total = training.distances.length;
  const draws = Float64Array.from({ length: samples }, () => {
    let [chosen, sum] = [0, 0];
    for (const patient of rng.permutation(count)) {
      if (chosen >= trainingImages) break;
      chosen += images[patient] as number;
      sum += nearestTo[patient] as number;
    }
    return sum / total;
  }).sort();
  const tail = (1 - confidence) / 2;
  return { value: near / total, expected: trainingImages / patients.length, expectedLow: quantile(draws, tail), expectedHigh: quantile(draws, 1 - tail) };
}
