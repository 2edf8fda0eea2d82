import { basename } from 'node:path';
import { createRng, disposeTensors, type Rng } from '@cxr-ifa/tensor';
import { predictionsOfSplit } from '../classify/evaluateRun.ts';
import { readProbe } from '../classify/probeFile.ts';
import { encodeImages } from '../encode/encodeImages.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { latestCheckpoint } from '../run/checkpointFile.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { readRunFile } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';
import { findNeighbours, type SearchedImage } from './findNeighbours.ts';
import type { Available, NeighbourPart } from './renderReport.ts';
import { runImages } from './runImages.ts';

/** More images make a better search and a longer wait. */
const SEARCHED = 1000;

/**
 * Nearest neighbours by a run's encoder: among the test images of a classification run, whose labels are known and which no probe was fitted on,
 * or among the training images of a pre-training run.
 */
export async function neighbourPart(run: string, kind: 'classification' | 'pretraining', { terminal, seed, batchSize }: { readonly terminal: Terminal; readonly seed: number; readonly batchSize: number }): Promise<Available<NeighbourPart>> {
  if ((await latestCheckpoint(run)) === undefined) return { missing: 'the run has no checkpoint yet' };
  const cache = await runImages(run, await readRunFile(run, 'config.json'), await readRunFile(run, 'run-card.json'));
  if ('missing' in cache) return cache;
  const rng = createRng(seed).fork('report neighbours');
  const images = kind === 'classification' ? await testImages(run, cache, rng) : sample(cache.manifest.images.map((name, index) => ({ name, index })), rng);
  if (images.length < 2) return { missing: 'a search takes at least two images' };
  const stage = kind === 'classification' ? (await readProbe(run)).stage : undefined;
  const loaded = { ...(await loadEncoder(run)), random: false };
  try {
    const features = await encodeImages(loaded, images.map(({ index }) => index), { cache, batchSize, terminal, stage });
    const source = kind === 'classification' ? 'test images' : 'training images';
    return { name: basename(run), source, searched: images.length, patientsKnown: images.some(({ patient }) => patient !== undefined), rows: await findNeighbours(images, features, { cache, rng }) };
  } finally {
    disposeTensors(loaded.parameters, loaded.statistics);
  }
}

async function testImages(run: string, cache: ImageCache, rng: Rng): Promise<SearchedImage[]> {
  const { findings, images } = await predictionsOfSplit(run, 'test');
  const positions = new Map(cache.manifest.images.map((path, index) => [path, index]));
  const found = images.flatMap(({ image, patient, labels }): SearchedImage[] => {
    const index = positions.get(image);
    return index === undefined ? [] : [{ name: image, index, patient, findings: findings.filter((_, column) => labels[column] === 1) }];
  });
  return sample(found, rng);
}

/** The same images for every run that has them. */
function sample(images: readonly SearchedImage[], rng: Rng): SearchedImage[] {
  return images.map((image) => ({ image, number: rng.fork('sample', image.name).uniform() })).sort((a, b) => a.number - b.number).slice(0, SEARCHED).map(({ image }) => image);
}
