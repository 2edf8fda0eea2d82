import type { Rng } from '@cxr-ifa/tensor';
import { meanStatistic } from './meanStatistic.ts';
import type { NearestImages } from './nearestImages.ts';
import { nearestShare, type NearestShare } from './nearestShare.ts';
import { patientBootstrap, type BootstrapInterval } from './patientBootstrap.ts';
import { quantile } from './quantile.ts';
import { quantileStatistic } from './quantileStatistic.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/** How far images are from their nearest training image. */
export interface DistanceQuantiles {
  readonly minimum: number;
  readonly percentile1: number;
  readonly percentile5: number;
  readonly median: number;
}

/** What {@link trainingDistances} finds. */
export interface TrainingDistances {
  readonly generated: DistanceQuantiles;
  readonly heldOut: DistanceQuantiles;
  /** The generated images' median over that of the held-out ones: 1 where generated images are as far from the training images as real ones are. */
  readonly medianRatio: BootstrapInterval;
  /** The same of the fifth percentiles: the nearest of either. */
  readonly percentile5Ratio: BootstrapInterval;
  /** The share of generated images that are nearer to a training image than 99 % of the held-out ones are: 0.01 where they are as near as real ones. */
  readonly nearerShare: BootstrapInterval;
  /** The share of generated images whose nearest real image is a training image, not a held-out one. */
  readonly trainingShare: NearestShare;
}

/** The nearest image of each, as `nearestImages` finds it with one neighbour. */
export interface NearestDistances {
  /** Of each generated image among the training images. */
  readonly generated: Pick<NearestImages, 'indices' | 'distances'>;
  /** How far each held-out image is from the training images. */
  readonly heldOut: ArrayLike<number>;
  /** Of each generated image among the held-out images. */
  readonly generatedToHeldOut: Pick<NearestImages, 'indices' | 'distances'>;
  /** How many training images there are. */
  readonly trainingImages: number;
}

const NEAR = 0.01;
type Patients = ArrayLike<string | number | undefined>;

/**
 * Asks whether a generator has learnt its training images by heart, from how near its images are to them, beside how near other real images are.
 *
 * A ratio below 1 alone proves no copying: smooth images, and those of one common kind, are near to everything. `trainingShare` is the control: what is smooth is near to
 * training and held-out images alike, a copy is near to the former only. So copies show as a `trainingShare` above `expectedHigh`; a few among many as a `nearerShare` above
 * 0.01; and the nearest pairs are to be looked at. Training and held-out images must be of one kind, and apart by patient.
 *
 * @param distances By any features or pixels, the same for all.
 * @param options `patients` are those of the held-out images (default: each one of its own), over which the intervals are drawn, as over generated images;
 *   `trainingPatients` those of the training images. @default {samples = 2000, confidence = 0.95}
 * @throws {TypeError} If lengths do not agree.
 * @throws {RangeError} If there are no images, or a distance is negative or not finite.
 *
 * @example
 * ```ts
 * const { medianRatio, trainingShare } = trainingDistances({
 *   generated: nearestImages(generated, training),
 *   heldOut: nearestImages(heldOut, training).distances,
 *   generatedToHeldOut: nearestImages(generated, heldOut),
 *   trainingImages: training.count,
 * }, { rng: createRng(1) });
 * ```
 * @see Meehan et al. 2020, A non-parametric test to detect data-copying in generative models (generated against held-out distances)
 * @see Platzer and Reutterer 2021, Holdout-based empirical assessment of mixed-type synthetic data (the share nearer to training than to held-out records)
 */
export function trainingDistances(
  { generated: nearestTraining, heldOut, generatedToHeldOut: nearestHeldOut, trainingImages }: NearestDistances,
  { rng, patients, trainingPatients, samples = 2000, confidence = 0.95 }: { readonly rng: Rng; readonly patients?: Patients; readonly trainingPatients?: Patients; readonly samples?: number; readonly confidence?: number },
): TrainingDistances {
  const action = 'compare distances to training images';
  const generated = nearestTraining.distances;
  const [drawn, held] = [generated.length, heldOut.length];
  if (nearestHeldOut.distances.length !== drawn) throw new TypeError(`Cannot ${action} as there must be ${drawn} distances to held-out images, one for each generated one: current number is ${nearestHeldOut.distances.length}`);
  if (!(Number.isSafeInteger(trainingImages) && trainingImages > 0)) throw new RangeError(`Cannot ${action} as the number of training images must be a positive integer: current value is ${trainingImages}`);
  for (const [name, count, owners] of [['held-out', held, patients], ['training', trainingImages, trainingPatients]] as const) {
    if (owners && owners.length !== count) throw new TypeError(`Cannot ${action} as there must be a patient for each of ${count} ${name} images: current number is ${owners.length}`);
  }
  for (const [name, values] of [['generated', generated], ['held-out', heldOut], ['generated to held-out', nearestHeldOut.distances]] as const) {
    if (values.length === 0) throw new RangeError(`Cannot ${action} as there must be at least one distance of each kind: current number of ${name} ones is 0`);
    for (let i = 0; i < values.length; i++) if (!(Number.isFinite(values[i]) && (values[i] as number) >= 0)) throw new RangeError(`Cannot ${action} as distances must be finite and at least 0: current ${name} distance ${i} is ${values[i]}`);
  }

  // Of one draw of generated images and held-out patients, in this order
  const [ownWeights, otherWeights] = [new Float64Array(drawn), new Float64Array(held)];
  const split = (weights: ArrayLike<number>): [Float64Array, Float64Array] => {
    for (let i = 0; i < drawn; i++) ownWeights[i] = weights[i] as number;
    for (let i = 0; i < held; i++) otherWeights[i] = weights[drawn + i] as number;
    return [ownWeights, otherWeights];
  };
  const ratio = (probability: number): WeightedStatistic => {
    const [own, other] = [quantileStatistic(generated, probability), quantileStatistic(heldOut, probability)];
    return (weights) => {
      const [a, b] = split(weights);
      const [top, bottom] = [own(a), other(b)];
      return top === undefined || !bottom ? undefined : top / bottom; // held-out images that are copies: no ratio
    };
  };
  const near = quantileStatistic(heldOut, NEAR);
  const statistics = {
    medianRatio: ratio(0.5),
    percentile5Ratio: ratio(0.05),
    nearerShare: ((weights) => {
      const [a, b] = split(weights);
      const limit = near(b);
      return limit === undefined ? undefined : meanStatistic(Uint8Array.from(generated, (distance) => Number(distance < limit)))(a);
    }) satisfies WeightedStatistic,
  } satisfies Record<string, WeightedStatistic>;
  const owners = (given: Patients | undefined, count: number): (string | number | undefined)[] => (given ? Array.from(given) : new Array<undefined>(count).fill(undefined));
  const clusters = [...owners(undefined, drawn), ...owners(patients, held)];
  return {
    generated: quantilesOf(generated),
    heldOut: quantilesOf(heldOut),
    ...patientBootstrap<keyof typeof statistics>(statistics, clusters, { rng: rng.fork('bootstrap'), samples, confidence }),
    trainingShare: nearestShare(nearestTraining, nearestHeldOut, { trainingImages, patients: [...owners(trainingPatients, trainingImages), ...owners(patients, held)], rng: rng.fork('relabelling'), samples, confidence }),
  };
}

function quantilesOf(distances: ArrayLike<number>): DistanceQuantiles {
  const ascending = Float64Array.from(distances).sort();
  return { minimum: ascending[0] as number, percentile1: quantile(ascending, 0.01), percentile5: quantile(ascending, 0.05), median: quantile(ascending, 0.5) };
}
