import { fitStatistics, randomiseStages, type LinearProbe } from '@cxr-ifa/heads/classification';
import { patientBootstrap, rankCorrelation, structuralSimilarity } from '@cxr-ifa/metrics';
import { disposeTensors, type Rng, type Statistics } from '@cxr-ifa/tensor';
import { clone, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { LoadedEncoder } from '../run/loadEncoder.ts';
import { estimateOf, type Estimate } from './findingColumn.ts';
import { findingMaps, type FindingMaps, type FindingMapsOptions } from './findingMaps.ts';

/** How alike maps stay when more and more of the model is random. */
export interface SanityLevel {
  /** What is random: `head`, and the stages with it. */
  readonly randomised: readonly string[];
  /** Spearman's, in the stage's resolution, over the maps that have an order at all. */
  readonly rankCorrelation: Estimate;
  /** SSIM of the maps in the images' size, each from 0 to its highest value. */
  readonly structuralSimilarity: Estimate;
  /** Pairs of maps of which one is constant, such as zero everywhere, and has no order. */
  readonly unordered: number;
}

/** What the randomisation test found. */
export interface SanityCheck {
  readonly images: number;
  /** From the head alone to the whole encoder. */
  readonly levels: readonly SanityLevel[];
  /** `passed` where with all weights random the rank correlation is below the limit, its interval over patients too; `failed` where it is above; else `undecided`. */
  readonly verdict: 'passed' | 'failed' | 'undecided';
}

/** Maps whose order is shared to a quarter of its variance by a model with random weights say more of the image than of the model. */
export const SANITY_LIMIT = 0.5;
const SAMPLES = 2000;
const CONFIDENCE = 0.95;

/**
 * The model-parameter randomisation test: explains the same findings of the same images with the head's weights shuffled, then with the encoder's
 * stages random too, from the last one on, and compares the maps with those of the trained model. Random stages get batch-norm statistics of the images.
 *
 * @param images The images, [N, H, W, 1]; borrowed. At least two of different patients.
 * @param findings Which findings to explain.
 * @param options What {@link findingMaps} takes; the patient of each image; where random weights come from.
 * @see Adebayo et al. 2018, Sanity Checks for Saliency Maps
 */
export async function sanityCheck(loaded: LoadedEncoder, images: Tensor4D, findings: readonly string[], { patients, rng, ...options }: FindingMapsOptions & { readonly patients: readonly (string | undefined)[]; readonly rng: Rng }): Promise<SanityCheck> {
  const { stages } = loaded.encoder;
  const trained = await mapsOf(loaded, options);
  const owners = findings.flatMap(() => patients.map((patient, row) => patient ?? `image ${row}`));
  const levels: SanityLevel[] = [];
  for (let count = 0; count <= stages.length; count++) {
    const random = await randomised(count);
    try {
      const maps = await mapsOf(random, { ...options, probe: shuffleHead(options.probe, rng.fork('head')) });
      const ranks = maps.coarse.map((map, index) => rankCorrelation(map, trained.coarse[index] as Float32Array) ?? NaN);
      const similarities = maps.fine.map((map, index) => structuralSimilarity(plane(map), plane(trained.fine[index] as Float32Array)));
      const { rank, similarity } = patientBootstrap({ rank: weightedMean(ranks), similarity: weightedMean(similarities) }, owners, { rng: rng.fork('bootstrap'), samples: SAMPLES, confidence: CONFIDENCE });
      levels.push({
        randomised: ['head', ...stages.slice(stages.length - count).map(({ name }) => name).reverse()],
        rankCorrelation: estimateOf(rank),
        structuralSimilarity: estimateOf(similarity),
        unordered: ranks.filter(Number.isNaN).length,
      });
    } finally {
      disposeTensors(random.parameters, random.statistics);
    }
  }
  return { images: images.shape[0], levels, verdict: verdictOf(levels.at(-1) as SanityLevel) };

  async function mapsOf(model: Pick<LoadedEncoder, 'encoder' | 'parameters' | 'statistics'>, by: FindingMapsOptions): Promise<FindingMaps> {
    const maps = [];
    for (const finding of findings) maps.push(await findingMaps(model, images, finding, by));
    return { coarse: maps.flatMap(({ coarse }) => coarse), fine: maps.flatMap(({ fine }) => fine) };
  }

  async function randomised(count: number): Promise<LoadedEncoder> {
    const { parameters, statistics } = randomiseStages(loaded.encoder, loaded, count, rng.fork('weights'));
    const fitted = await fitStatistics(loaded.encoder, parameters, statistics, [images]);
    const last = stages.slice(stages.length - count).map(({ name }) => `${name}.`);
    const isRandom = (name: string): boolean => count === stages.length || last.some((prefix) => name.startsWith(prefix));
    // What is not random keeps the statistics that it was trained to
    const mixed: Statistics = new Map([...statistics].map(([name, own]) => [name, clone(isRandom(name) ? (fitted.get(name) as Tensor1D) : own)]));
    disposeTensors(fitted, statistics);
    return { ...loaded, parameters, statistics: mixed };
  }
}

function verdictOf({ rankCorrelation: { low, high } }: SanityLevel): SanityCheck['verdict'] {
  if (low === null || high === null) return 'undecided';
  return high < SANITY_LIMIT ? 'passed' : low >= SANITY_LIMIT ? 'failed' : 'undecided';
}

/** The same weights in another order, one order for all findings: a head as sure of itself that knows nothing. */
function shuffleHead(probe: LinearProbe, rng: Rng): LinearProbe {
  const order = rng.permutation(probe.dimension);
  // Of raw features, since a weight of a nearly constant feature would be out of all proportion elsewhere
  const scale = (d: number): number => probe.deviation[d] as number;
  const shuffle = (weights: readonly number[]): number[] => weights.map((_, d) => ((weights[order[d] as number] as number) / scale(order[d] as number)) * scale(d));
  return { ...probe, findings: probe.findings.map((finding) => ({ ...finding, classifier: finding.classifier && { ...finding.classifier, weights: shuffle(finding.classifier.weights) } })) };
}

function weightedMean(values: readonly number[]): (weights: ArrayLike<number>) => number | undefined {
  return (weights) => {
    let [sum, total] = [0, 0];
    values.forEach((value, index) => {
      if (Number.isNaN(value)) return;
      sum += value * (weights[index] as number);
      total += weights[index] as number;
    });
    return total > 0 ? sum / total : undefined;
  };
}

function plane(map: Float32Array): { data: Float32Array; width: number; height: number; range: [number, number] } {
  const side = Math.sqrt(map.length);
  const highest = map.reduce((most, value) => Math.max(most, value), 0);
  return { data: highest > 0 ? map.map((value) => value / highest) : map, width: side, height: side, range: [0, 1] };
}
