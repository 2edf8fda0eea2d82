import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng, InputError } from '@cxr-ifa/tensor';
import { readCocoAnnotations, readCocoResults, type CocoAnnotations } from '../detect/cocoFile.ts';
import { toPrepared } from '../detect/placement.ts';
import type { BoxScores } from '../detect/scoreBoxes.ts';
import { ANNOTATIONS, DETECTIONS } from '../detect/writeCoco.ts';
import { readCachedImage } from '../input/imageCache.ts';
import { readRunFile } from '../run/runDirectory.ts';
import { boxCurves } from './boxCurves.ts';
import type { Series } from './chart.ts';
import { drawGallery, type DetectionDetails, type ShownImage } from './detectionDetails.ts';
import { readMetricsLog } from './readMetricsLog.ts';
import { runImages } from './runImages.ts';

/** A detection run, as a report shows it. */
export interface DetectionPart {
  readonly name: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Over steps. */
  readonly losses: readonly Series[];
  readonly validation: Series;
  readonly details: DetectionDetails;
  readonly config: Readonly<Record<string, unknown>>;
  readonly card: Readonly<Record<string, unknown>>;
}

/** What `metrics.json` has of a run of `detect train`, as far as a report reads it. */
interface DetectionMetrics {
  readonly format: string;
  readonly encoder: string;
  readonly anchors: { readonly anchorSize: number; readonly finestStride: number; readonly meanOverlap: number; readonly covered: number };
  readonly counts: Readonly<Record<'train' | 'trainUsed' | 'val' | 'test', { readonly images: number; readonly patients: number; readonly boxes: number; readonly withoutBoxes: number }>>;
  readonly scores: BoxScores;
}

const CONFIDENCE = 0.95; // detect train's
const LINES = [['loss', 'all'], ['classification', 'findings'], ['box', 'boxes']] as const;

/**
 * What a report shows of a detection run.
 *
 * @throws {InputError} If the folder is no finished run of `detect train`.
 */
export async function detectionPart(run: string): Promise<DetectionPart> {
  const metrics = await readDetectionMetrics(run);
  const [annotations, results] = [await readCocoAnnotations(join(run, ANNOTATIONS)), await readCocoResults(join(run, DETECTIONS))];
  const [config, card] = [await readRunFile(run, 'config.json'), await readRunFile(run, 'run-card.json')];
  const log = await readMetricsLog(run);
  const line = (key: string, name: string): Series => ({ name, points: log.flatMap((row) => (typeof row[key] === 'number' ? [[row['step'] as number, row[key]] as const] : [])) });
  const { anchors, counts, scores, encoder } = metrics;
  const curves = boxCurves(annotations, results, scores, { rng: createRng(Number(config['seed'] ?? 1)), confidence: CONFIDENCE });
  return {
    name: run,
    facts: [
      ['Encoder', encoder],
      ['Trained on', `${counts.trainUsed.images} images of ${counts.trainUsed.patients} patients, ${counts.trainUsed.boxes} boxes, ${counts.trainUsed.withoutBoxes} images without any`],
      ['Steps', String(config['steps'])],
      ['Anchors', `from ${anchors.anchorSize} pixels, every ${anchors.finestStride}; they overlap ${Math.round(100 * anchors.covered)} % of the training boxes by 0.5`],
    ],
    losses: LINES.map(([key, name]) => line(key, name)),
    validation: line('validationMap50', 'validation images'),
    details: { scores, confidence: CONFIDENCE, curves, gallery: await galleryOf(run, { annotations, results, curves, config, card }) },
    config,
    card,
  };
}

async function galleryOf(run: string, { annotations, results, curves, config, card }: { readonly annotations: CocoAnnotations; readonly results: Awaited<ReturnType<typeof readCocoResults>>; readonly curves: DetectionDetails['curves']; readonly config: Readonly<Record<string, unknown>>; readonly card: Readonly<Record<string, unknown>> }): Promise<DetectionDetails['gallery']> {
  const cache = await runImages(run, config, card);
  if ('missing' in cache) return cache;
  const { preparation } = cache.manifest;
  const { imageSize: side } = preparation;
  const positions = new Map(cache.manifest.images.map((path, index) => [path, index]));
  return drawGallery(annotations, results, curves, (image): Promise<ShownImage> => {
    const place: ShownImage['place'] = (box) => {
      const placed = toPrepared(box, image, preparation);
      return placed && [side * placed[1], side * placed[0], side * (placed[3] - placed[1]), side * (placed[2] - placed[0])];
    };
    return Promise.resolve({ image: { data: readCachedImage(cache.locate(positions.get(image.file_name) as number)), width: side, height: side, range: [0, 1] }, place });
  });
}

async function readDetectionMetrics(run: string): Promise<DetectionMetrics> {
  try {
    const metrics = JSON.parse(await readFile(join(run, 'metrics.json'), 'utf8')) as DetectionMetrics;
    if (metrics.format === 'cxr-ifa-detection-1') return metrics;
  } catch (error) {
    throw new InputError(`Cannot report on ${run} as its detector has not been tested yet: go on with cxr-ifa detect train --resume ${run}`, { cause: error });
  }
  throw new InputError(`Cannot report on ${run} as its metrics.json is of another version`);
}
