import { basename } from 'node:path';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { predictionsOfSplit } from '../classify/evaluateRun.ts';
import { findingMaps } from '../classify/findingMaps.ts';
import { drawOverlay } from '../classify/overlay.ts';
import type { Predictions } from '../classify/predictionsFile.ts';
import { readProbe } from '../classify/probeFile.ts';
import { toTensor } from '../encode/toTensor.ts';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { readRunFile } from '../run/runDirectory.ts';
import type { ClassificationDetails, GalleryImage } from './classificationDetails.ts';
import type { ClassificationRun } from './compareProbes.ts';
import { confidentImages, type ConfidentImage } from './confidentImages.ts';
import { findingCurves } from './findingCurves.ts';
import { runImages } from './runImages.ts';

/** Images of each outcome in a gallery. */
const SHOWN = 4;
/** More findings than these make a page that nobody reads; the tables have all. */
const FINDINGS = 6;

/** Curves and galleries of one classification run. */
export async function detailsPart({ run, metrics }: ClassificationRun): Promise<ClassificationDetails> {
  const predictions = await predictionsOfSplit(run, 'test');
  const { confidence, seed } = metrics.bootstrap;
  const rng = createRng(seed).fork('report curves');
  const curves = predictions.findings.flatMap((finding, column) => findingCurves(finding, column, predictions.images, { rng, confidence }) ?? []);
  const shown = curves.slice(0, FINDINGS);
  const cache = await runImages(run, await readRunFile(run, 'config.json'), await readRunFile(run, 'run-card.json'));
  const common = { name: basename(run), confidence, curves: shown };
  if ('missing' in cache) return { ...common, galleries: cache, explained: false };
  return { ...common, ...(await drawGalleries(run, predictions, shown.map(({ finding }) => finding), cache)) };
}

async function drawGalleries(run: string, { findings, images }: Predictions, shown: readonly string[], cache: ImageCache): Promise<Pick<ClassificationDetails, 'galleries' | 'explained'>> {
  const positions = new Map(cache.manifest.images.map((path, index) => [path, index]));
  const pixelsOf = ({ image }: ConfidentImage): Float32Array => readCachedImage(cache.locate(positions.get(image) as number));
  const { probe, stage } = await readProbe(run);
  const loaded = await loadEncoder(run);
  const size = loaded.preprocessing.imageSize;
  try {
    const galleries = [];
    for (const finding of shown) {
      const chosen = confidentImages(images, findings.indexOf(finding), SHOWN).filter(({ image }) => positions.has(image));
      const pixels = chosen.map(pixelsOf);
      let maps: readonly Float32Array[] = pixels.map(() => new Float32Array(size ** 2));
      if (probe.method === 'linear') {
        const tensor = toTensor(pixels.map((own) => ({ pixels: own })), loaded.preprocessing);
        maps = (await findingMaps(loaded, tensor, finding, { probe: probe.probe, probedStage: stage, method: 'gradCam' }).finally(() => tensor.dispose())).fine;
      }
      galleries.push({ finding, images: chosen.map((image, row): GalleryImage => ({ ...image, picture: drawOverlay({ pixels: pixels[row] as Float32Array, map: maps[row] as Float32Array, size }) })) });
    }
    return { galleries, explained: probe.method === 'linear' };
  } finally {
    disposeTensors(loaded.parameters, loaded.statistics);
  }
}
