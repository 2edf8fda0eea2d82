import { nearestNeighbours, type Features } from '@cxr-ifa/heads/classification';
import type { Rng } from '@cxr-ifa/tensor';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';
import type { GridImage, NeighbourRow } from './neighbourGrid.ts';

/** An image that may be searched with and found. */
export interface SearchedImage {
  readonly name: string;
  /** Its index in the cache. */
  readonly index: number;
  readonly patient?: string | undefined;
  readonly findings?: readonly string[];
}

const QUERIES = 5;
const NEIGHBOURS = 5;

/**
 * Finds the nearest neighbours of some images among all others of other patients.
 *
 * @param images The images, at least two.
 * @param features Their features, in the same order.
 * @param options The cache to show them from; `rng` chooses the queries: one of each finding, then any; `among`, if given, names those that may be queries.
 */
export async function findNeighbours(images: readonly SearchedImage[], features: Features, { cache, rng, among }: { readonly cache: ImageCache; readonly rng: Rng; readonly among?: ReadonlySet<string> | undefined }): Promise<NeighbourRow[]> {
  const queries = chooseQueries(images, rng, among);
  const { dimension, data } = features;
  const chosen: Features = { data: new Float32Array(queries.length * dimension), count: queries.length, dimension };
  queries.forEach((image, row) => chosen.data.set(data.subarray(image * dimension, (image + 1) * dimension), row * dimension));
  // A patient's own images come first: as many more are asked for as one patient can have
  const perPatient = new Map<string, number>();
  for (const { patient } of images) if (patient !== undefined) perPatient.set(patient, (perPatient.get(patient) ?? 0) + 1);
  const k = Math.min(images.length, NEIGHBOURS + Math.max(1, ...perPatient.values()));
  const { indices, similarities } = await nearestNeighbours(chosen, features, k);

  const show = ({ name, index, findings }: SearchedImage): GridImage => {
    const { imageSize } = cache.manifest.preparation;
    return { name, picture: { pixels: readCachedImage(cache.locate(index)), width: imageSize, height: imageSize }, ...(findings && { findings }) };
  };
  return queries.map((position, row) => {
    const query = images[position] as SearchedImage;
    const found = [...indices.subarray(row * k, (row + 1) * k)].map((neighbour, rank) => ({ neighbour, similarity: similarities[row * k + rank] as number }));
    const others = found.filter(({ neighbour }) => neighbour !== position && (query.patient === undefined || images[neighbour]?.patient !== query.patient));
    return { query: show(query), neighbours: others.slice(0, NEIGHBOURS).map(({ neighbour, similarity }) => ({ ...show(images[neighbour] as SearchedImage), similarity })) };
  });
}

/** Positions of one image of each finding, then of any, in an order that depends on names alone: two encoders are shown with the same queries. */
function chooseQueries(images: readonly SearchedImage[], rng: Rng, among?: ReadonlySet<string>): number[] {
  const candidates = images.map(({ name }, position) => ({ name, position })).filter(({ name }) => among?.has(name) ?? true);
  const order = candidates.map(({ name, position }) => ({ position, number: rng.fork('query', name).uniform() })).sort((a, b) => a.number - b.number).map(({ position }) => position);
  const findings = [...new Set(images.flatMap((image) => image.findings ?? []))].sort();
  const queries = new Set<number>();
  for (const finding of findings) {
    const first = order.find((position) => !queries.has(position) && images[position]?.findings?.includes(finding));
    if (first !== undefined && queries.size < QUERIES - 1) queries.add(first);
  }
  for (const position of order) if (queries.size < QUERIES) queries.add(position);
  return [...queries];
}
