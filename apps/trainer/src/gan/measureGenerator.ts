import { selectFeatures } from '@cxr-ifa/heads/classification';
import { nearestImages, trainingDistances, type FeatureRows, type NearestImages, type TrainingDistances } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';
import { compareSets, fewestOf, type ImageGroup, type SetComparison } from './compareSets.ts';
import { halvePatients } from './halvePatients.ts';
import type { SeenImages } from './seeImages.ts';

/** Images with whose they are. */
export interface OwnedImages extends SeenImages {
  readonly patients: readonly (string | undefined)[];
}

/** An image and what is nearest to it among the training images. */
export interface NearestPair {
  readonly image: number;
  readonly neighbours: readonly { readonly trainingImage: number; readonly distance: number }[];
}

/** How near generated images are to training images, beside how near held-out ones are. */
export interface NearestFigures extends TrainingDistances {
  /** The nearest of all first. */
  readonly pairs: { readonly generated: readonly NearestPair[]; readonly heldOut: readonly NearestPair[] };
}

/** How good a generator is. Everything is held against held-out images. */
export interface GeneratorFigures {
  readonly generated: SetComparison;
  /** What the generator to compare with drew. */
  readonly baseline?: SetComparison;
  /** As many training images: what a generator would have that gave them back. */
  readonly training: SetComparison;
  /** One half of the held-out patients against the other: what chance alone does; absent where there are too few. */
  readonly halves?: SetComparison;
  readonly nearest: { readonly features: NearestFigures; /** Root-mean-square differences of pixels from 0 to 1. */ readonly pixels: NearestFigures };
}

/** Neighbours of a pair, and pairs that are kept. */
const SHOWN_NEIGHBOURS = 5;
const SHOWN_PAIRS = 6;

/** Measures what a generator drew. */
export function measureGenerator({ generated, heldOut, training, baseline }: { readonly generated: OwnedImages; readonly heldOut: OwnedImages; readonly training: OwnedImages; readonly baseline?: OwnedImages | undefined }, { rng, neighbours, samples }: { readonly rng: Rng; readonly neighbours: number; readonly samples: number }): GeneratorFigures {
  const compare = (real: ImageGroup, compared: ImageGroup): SetComparison => compareSets(real, compared, { rng, neighbours, samples });
  const asMany = [...rng.fork('training').permutation(training.features.count)].slice(0, heldOut.features.count);
  const halves = halvePatients(heldOut.patients, rng.fork('halves'));
  const nearest = (kind: 'features' | 'pixels', unit: number): NearestFigures => nearestFigures({ generated: generated[kind], heldOut: heldOut[kind], training: training[kind] }, { rng: rng.fork(kind), patients: heldOut.patients, trainingPatients: training.patients, samples, unit });
  return {
    generated: compare(heldOut, generated),
    ...(baseline && { baseline: compare(heldOut, baseline) }),
    training: compare(heldOut, take(training, asMany)),
    ...(Math.min(...halves.map((half) => half.length)) >= fewestOf(neighbours) && { halves: compare(take(heldOut, halves[0]), take(heldOut, halves[1])) }),
    nearest: { features: nearest('features', 1), pixels: nearest('pixels', generated.side) }, // a root mean square: the Euclidean distance over the root of the pixels
  };
}

function nearestFigures({ generated, heldOut, training }: Record<'generated' | 'heldOut' | 'training', FeatureRows>, { rng, patients, trainingPatients, samples, unit }: { readonly rng: Rng; readonly patients: readonly (string | undefined)[]; readonly trainingPatients: readonly (string | undefined)[]; readonly samples: number; readonly unit: number }): NearestFigures {
  const neighbours = Math.min(SHOWN_NEIGHBOURS, training.count);
  const find = (images: FeatureRows, references: FeatureRows, count: number): NearestImages => {
    const found = nearestImages(images, references, { neighbours: count });
    return { ...found, distances: found.distances.map((distance) => distance / unit) };
  };
  const [drawn, held] = [find(generated, training, neighbours), find(heldOut, training, neighbours)];
  const firsts = ({ indices, distances }: NearestImages): Pick<NearestImages, 'indices' | 'distances'> => ({ indices: indices.filter((_, i) => i % neighbours === 0), distances: distances.filter((_, i) => i % neighbours === 0) });
  const summary = trainingDistances({ generated: firsts(drawn), heldOut: firsts(held).distances, generatedToHeldOut: find(generated, heldOut, 1), trainingImages: training.count }, { rng, patients, trainingPatients, samples });
  return { ...summary, pairs: { generated: nearestPairs(drawn), heldOut: nearestPairs(held) } };
}

function nearestPairs({ indices, distances, neighbours }: NearestImages): NearestPair[] {
  const nearest = (image: number): number => distances[image * neighbours] as number;
  const order = Array.from({ length: distances.length / neighbours }, (_, image) => image).sort((a, b) => nearest(a) - nearest(b));
  return order.slice(0, SHOWN_PAIRS).map((image) => ({ image, neighbours: Array.from({ length: neighbours }, (_, rank) => ({ trainingImage: indices[image * neighbours + rank] as number, distance: distances[image * neighbours + rank] as number })) }));
}

/** Some of the images. */
function take({ features, patients }: ImageGroup, chosen: readonly number[]): ImageGroup {
  return { features: selectFeatures(features, chosen), patients: chosen.map((image) => patients[image]) };
}
