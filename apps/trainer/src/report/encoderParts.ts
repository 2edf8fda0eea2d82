import { createRng } from '@cxr-ifa/tensor';
import { featureSimilarity, type FeatureSimilarity } from './comparePretraining.ts';
import { encodeSample, type EncodedSample } from './encodeSample.ts';
import { findNeighbours } from './findNeighbours.ts';
import { mapSample } from './mapSample.ts';
import type { Available, EncoderPart } from './renderReport.ts';

/** What several runs' encoders hold alike, and how alike they are themselves. */
export interface EncoderParts {
  readonly parts: readonly Available<EncoderPart>[];
  readonly similarity?: FeatureSimilarity | undefined;
}

/** Encodes a sample of every run's images once, and makes of it maps, neighbours of the same queries, and the likeness of the encoders. */
export async function encoderParts(runs: readonly { readonly run: string; readonly name: string; readonly kind: 'classification' | 'pretraining' }[], options: Parameters<typeof encodeSample>[2]): Promise<EncoderParts> {
  const samples: Available<EncodedSample>[] = [];
  for (const { run, kind } of runs) samples.push(await encodeSample(run, kind, options)); // one after another: each fills the backend
  const encoded = samples.flatMap((sample, index) => ('missing' in sample ? [] : [{ ...sample, run: runs[index]?.name as string }]));
  const names = encoded.map(({ images }) => new Set(images.map(({ name }) => name)));
  const shared = new Set([...(names[0] ?? [])].filter((name) => names.every((own) => own.has(name))));
  const rng = createRng(options.seed);
  const parts: Available<EncoderPart>[] = [];
  for (const [index, sample] of samples.entries()) {
    if ('missing' in sample) {
      parts.push(sample);
      continue;
    }
    const { images, features, cache, source } = sample;
    const rows = await findNeighbours(images, features, { cache, rng: rng.fork('report neighbours'), among: shared.size > 1 ? shared : undefined });
    parts.push({ name: runs[index]?.name as string, source, searched: images.length, patientsKnown: images.some(({ patient }) => patient !== undefined), rows, map: mapSample(sample, rng) });
  }
  return { parts, similarity: encoded.length > 1 ? featureSimilarity(encoded) : undefined };
}
