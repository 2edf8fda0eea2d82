import type { Features } from '@cxr-ifa/heads/classification';
import { createRng, disposeTensors, type Rng } from '@cxr-ifa/tensor';
import { predictionsOfSplit } from '../classify/evaluateRun.ts';
import { readProbe } from '../classify/probeFile.ts';
import { encodeImages } from '../encode/encodeImages.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { pretrainOptions } from '../options/pretrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { latestCheckpoint } from '../run/checkpointFile.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { readRunFile } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';
import type { SearchedImage } from './findNeighbours.ts';
import { knownRecords } from './knownRecords.ts';
import type { Available } from './renderReport.ts';
import { runImages } from './runImages.ts';

/** Some of a run's images and what its encoder makes of them. */
export interface EncodedSample {
  readonly run: string;
  /** Which images they are, such as `test images`. */
  readonly source: string;
  readonly images: readonly SearchedImage[];
  /** In the order of the images. */
  readonly features: Features;
  readonly cache: ImageCache;
}

/** More images make a better search and a longer wait. */
const MOST = 1000;

/**
 * Encodes images of a run with its encoder: test images of a classification run, whose labels are known and which no probe was fitted on,
 * or training images of a pre-training run. The same seed takes the same images of every run that has them.
 */
export async function encodeSample(run: string, kind: 'classification' | 'pretraining', { terminal, seed, batchSize }: { readonly terminal: Terminal; readonly seed: number; readonly batchSize: number }): Promise<Available<EncodedSample>> {
  if ((await latestCheckpoint(run)) === undefined) return { missing: `${run} has no checkpoint yet` };
  const cache = await runImages(run, await readRunFile(run, 'config.json'), await readRunFile(run, 'run-card.json'));
  if ('missing' in cache) return cache;
  const isClassification = kind === 'classification';
  const images = sample(isClassification ? await testImages(run, cache) : await trainingImages(run, cache), createRng(seed));
  if (images.length < 2) return { missing: `${run} has fewer than two images` };
  const stage = isClassification ? (await readProbe(run)).stage : undefined;
  const loaded = { ...(await loadEncoder(run)), random: false };
  try {
    const features = await encodeImages(loaded, images.map(({ index }) => index), { cache, batchSize, terminal, stage });
    return { run, source: isClassification ? 'test images' : 'training images', images, features, cache };
  } finally {
    disposeTensors(loaded.parameters, loaded.statistics);
  }
}

async function trainingImages(run: string, cache: ImageCache): Promise<SearchedImage[]> {
  const records = await knownRecords(resolveOptions(`report on ${run}`, pretrainOptions, {}, await readRunFile(run, 'config.json')));
  const labelled = [...records.values()].some(({ findings }) => Object.keys(findings).length > 0);
  return cache.manifest.images.map((name, index) => {
    const { patient, findings = {} } = records.get(name) ?? {};
    const positive = Object.keys(findings).filter((finding) => findings[finding] === 1);
    return { name, index, patient, ...(labelled && { findings: positive }) };
  });
}

async function testImages(run: string, cache: ImageCache): Promise<SearchedImage[]> {
  const { findings, images } = await predictionsOfSplit(run, 'test');
  const positions = new Map(cache.manifest.images.map((path, index) => [path, index]));
  return images.flatMap(({ image, patient, labels }): SearchedImage[] => {
    const index = positions.get(image);
    return index === undefined ? [] : [{ name: image, index, patient, findings: findings.filter((_, column) => labels[column] === 1) }];
  });
}

/** Which images depends on their names and the seed alone. */
function sample(images: readonly SearchedImage[], rng: Rng): SearchedImage[] {
  return images.map((image) => ({ image, number: rng.fork('report sample', image.name).uniform() })).sort((a, b) => a.number - b.number).slice(0, MOST).map(({ image }) => image);
}
