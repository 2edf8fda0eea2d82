import { assertFeatures, type Features } from './features.ts';
import { assertDistinctFindings, knownLabels, type FindingLabels } from './findingLabels.ts';
import { nearestNeighbours, type Neighbours } from './nearestNeighbours.ts';
import type { Predictions } from './predictLinearProbe.ts';

/** How neighbours vote. */
export interface KnnOptions {
  /** Neighbours that vote; at most as many as the bank has known labels. @default {200} */
  readonly k?: number;
  /** A neighbour's vote weighs exp(similarity / temperature). @default {0.1} */
  readonly temperature?: number;
}

const ACTION = 'classify by neighbours';

/**
 * Weighted k-nearest-neighbour classification, the training-free probe of self-supervised learning:
 * p = sum of exp(s_i / T) y_i over the k nearest / sum of exp(s_i / T), with s the cosine similarity.
 * For each finding the neighbours are the nearest among the images that know it, so every query has k votes.
 *
 * @param queries Features of the images to classify; borrowed.
 * @param bank Features of the labelled images; borrowed.
 * @param findings Labels of the bank's images by finding.
 * @param options k and temperature.
 * @returns Probabilities by finding; `null` for a finding whose known labels in the bank are all of one class.
 * @throws {TypeError} If lengths or dimensions do not fit.
 * @throws {RangeError} If k is not a positive integer, the temperature is not positive, features are not finite, or a known label is not 0 or 1.
 *
 * @example
 * ```ts
 * const predictions = await knnClassify(queries, bank, [{ name: 'Effusion', labels: [0, 1, 1, 0] }], { k: 20 });
 * ```
 * @see Wu et al. 2018, Unsupervised Feature Learning via Non-Parametric Instance Discrimination, section 3.4
 */
export async function knnClassify(queries: Features, bank: Features, findings: readonly FindingLabels[], { k = 200, temperature = 0.1 }: KnnOptions = {}): Promise<Predictions> {
  if (!(Number.isSafeInteger(k) && k > 0)) throw new RangeError(`Cannot ${ACTION} as k must be a positive integer: current value is ${k}`);
  if (!(temperature > 0 && temperature < Infinity)) throw new RangeError(`Cannot ${ACTION} as temperature must be positive and finite: current value is ${temperature}`);
  assertFeatures(ACTION, bank);
  assertFeatures(ACTION, queries, bank.dimension);
  assertDistinctFindings(ACTION, findings);
  const searches = new Map<string, Promise<Neighbours>>(); // findings known for the same images share a search
  const predictions = new Map<string, Float64Array | null>();
  for (const finding of findings) {
    const { images, labels, positives, negatives } = knownLabels(ACTION, finding, bank.count);
    if (positives === 0 || negatives === 0) {
      predictions.set(finding.name, null);
      continue;
    }
    const mask = images.length === bank.count ? '' : images.join();
    const search = searches.get(mask) ?? nearestNeighbours(queries, selectImages(bank, images), Math.min(k, images.length));
    searches.set(mask, search);
    predictions.set(finding.name, vote(await search, labels, queries.count, temperature));
  }
  return predictions;
}

function vote({ k, indices, similarities }: Neighbours, labels: Uint8Array, count: number, temperature: number): Float64Array {
  return Float64Array.from({ length: count }, (_, query) => {
    const nearest = similarities[query * k] as number; // subtracted in the exponent: a small temperature would overflow otherwise
    let [positive, total] = [0, 0];
    for (let rank = query * k; rank < (query + 1) * k; rank++) {
      const weight = Math.exp(((similarities[rank] as number) - nearest) / temperature);
      total += weight;
      if (labels[indices[rank] as number]) positive += weight;
    }
    return positive / total;
  });
}

function selectImages({ data, count, dimension }: Features, images: Int32Array): Features {
  if (images.length === count) return { data, count, dimension };
  const selected = new Float32Array(images.length * dimension);
  images.forEach((image, row) => selected.set(data.subarray(image * dimension, (image + 1) * dimension), row * dimension));
  return { data: selected, count: images.length, dimension };
}
