import { requireFeatures, type FeatureRows } from './featureRows.ts';
import { walkDistances } from './walkDistances.ts';

/** What is nearest to each image. */
export interface NearestImages {
  /** images x neighbours: which of the references, the nearest first; of equally near ones the first. */
  readonly indices: Int32Array;
  /** How far away each is: the Euclidean distance. */
  readonly distances: Float64Array;
  readonly neighbours: number;
}

/**
 * Finds the nearest of some images to each of others, by Euclidean distance of features or pixels. Exact, in blocks: beside the features, memory holds the
 * answer only. Time grows with the product of both counts and the dimension.
 *
 * @param images What to find neighbours of, count x dimension.
 * @param references Among which, of the same dimension.
 * @param options How many `neighbours` to find of each; `exceptSelf` leaves the reference of the same number out, where both are the same images. @default {neighbours = 1, exceptSelf = false}
 * @throws {TypeError} If dimensions or lengths differ.
 * @throws {RangeError} If there are too few references, a value is not finite, or `neighbours` is no positive integer.
 *
 * @example
 * ```ts
 * const { indices, distances } = nearestImages(generated, training);
 * ```
 */
export function nearestImages(images: FeatureRows, references: FeatureRows, { neighbours = 1, exceptSelf = false }: { readonly neighbours?: number; readonly exceptSelf?: boolean } = {}): NearestImages {
  const action = 'find the nearest images';
  if (!(Number.isSafeInteger(neighbours) && neighbours > 0)) throw new RangeError(`Cannot ${action} as neighbours must be a positive integer: current value is ${neighbours}`);
  requireFeatures(action, images, 1);
  requireFeatures(action, references, neighbours + (exceptSelf ? 1 : 0));
  if (references.dimension !== images.dimension) throw new TypeError(`Cannot ${action} as the references must have ${images.dimension} dimensions: current dimension is ${references.dimension}`);

  const indices = new Int32Array(images.count * neighbours).fill(-1);
  const distances = new Float64Array(images.count * neighbours).fill(Infinity); // squared, until all are known
  walkDistances(images, references, (i, j, squared) => {
    if (exceptSelf && i === j) return;
    const first = i * neighbours;
    let place = first + neighbours;
    while (place > first && squared < (distances[place - 1] as number)) place--; // those further away make room
    if (place === first + neighbours) return;
    indices.copyWithin(place + 1, place, first + neighbours - 1);
    distances.copyWithin(place + 1, place, first + neighbours - 1);
    indices[place] = j;
    distances[place] = squared;
  });
  for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(distances[i] as number);
  return { indices, distances, neighbours };
}
