import { requireFeatures, type FeatureRows } from './featureRows.ts';
import { nearestImages } from './nearestImages.ts';
import { walkDistances } from './walkDistances.ts';

/** How two sets of images cover one another. */
export interface ManifoldPrecisionRecall {
  /** The share of generated images that lie among the real ones: how true to life they are. */
  readonly precision: number;
  /** The share of real images that lie among the generated ones: how much of the variety is there. */
  readonly recall: number;
  /** 1 for each generated image that lies among the real ones. */
  readonly generatedWithin: Uint8Array;
  /** 1 for each real image that lies among the generated ones: with patients, what an interval of recall is drawn from. */
  readonly realWithin: Uint8Array;
}

/**
 * Improved precision and recall of a generator. A set of images spans a manifold: the union of balls around each, as wide as the distance to its k-th nearest
 * other image of the set, edge included. Precision asks which generated images lie in that of the real ones, recall which real images lie in that of the
 * generated ones. Both depend on k, on the features and on how many images there are: compare only what agrees in all three, and read them beside the same of real
 * images against other real ones. Sets of equal size are usual. Exact, in blocks: memory does not grow with pairs, time does.
 *
 * @param real Features of radiographs by any encoder, count x dimension; best ones that the generator never saw.
 * @param generated Features of generated images by the same encoder.
 * @param options Which `neighbours`'th neighbour decides. @default {neighbours = 3, as the paper}
 * @returns From 0 to 1, and which images lie within.
 * @throws {TypeError} If dimensions or lengths differ.
 * @throws {RangeError} If a set has no more than `neighbours` images, a value is not finite, or `neighbours` is no positive integer.
 *
 * @example
 * ```ts
 * const { precision, recall } = manifoldPrecisionRecall(heldOut, generated);
 * ```
 * @see Kynkäänniemi et al. 2019, Improved precision and recall metric for assessing generative models, equations 1 and 2
 */
export function manifoldPrecisionRecall(real: FeatureRows, generated: FeatureRows, { neighbours = 3 }: { readonly neighbours?: number } = {}): ManifoldPrecisionRecall {
  const action = 'compute precision and recall';
  if (!(Number.isSafeInteger(neighbours) && neighbours > 0)) throw new RangeError(`Cannot ${action} as neighbours must be a positive integer: current value is ${neighbours}`);
  for (const features of [real, generated]) requireFeatures(action, features, neighbours + 1);
  if (real.dimension !== generated.dimension) throw new TypeError(`Cannot ${action} as both sets must have ${real.dimension} dimensions: current dimension of the generated is ${generated.dimension}`);
  const [realRadii, generatedRadii] = [radii(real, neighbours), radii(generated, neighbours)];
  const [generatedWithin, realWithin] = [new Uint8Array(generated.count), new Uint8Array(real.count)];
  walkDistances(real, generated, (i, j, squared) => {
    const distance = Math.sqrt(squared);
    if (distance <= (realRadii[i] as number)) generatedWithin[j] = 1;
    if (distance <= (generatedRadii[j] as number)) realWithin[i] = 1;
  });
  const share = (within: Uint8Array): number => within.reduce((sum, value) => sum + value, 0) / within.length;
  return { precision: share(generatedWithin), recall: share(realWithin), generatedWithin, realWithin };
}

/** How far the k-th nearest other image of the set is, of each. */
function radii(features: FeatureRows, neighbours: number): Float64Array {
  const { distances } = nearestImages(features, features, { neighbours, exceptSelf: true });
  return distances.filter((_, index) => index % neighbours === neighbours - 1);
}
