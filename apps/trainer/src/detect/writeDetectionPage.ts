import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng } from '@cxr-ifa/tensor';
import manifest from '../../package.json' with { type: 'json' };
import { decodeFile } from '../input/decodeFile.ts';
import { boxCurves } from '../report/boxCurves.ts';
import { detectionDetails, drawGallery } from '../report/detectionDetails.ts';
import { html } from '../report/html.ts';
import { renderPage } from '../report/renderPage.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import type { CocoAnnotations, CocoResults } from './cocoFile.ts';
import type { BoxScores } from './scoreBoxes.ts';

/** What a page is made of. */
export interface DetectionPageContent {
  readonly annotations: CocoAnnotations;
  readonly results: CocoResults;
  readonly scores: BoxScores;
  readonly confidence: number;
  readonly seed: number;
  /** The folder of the images; none are shown without it. */
  readonly images?: string | undefined;
  readonly name: string;
}

/** Writes a page with precision-recall and FROC curves in their bands, and a gallery of the images that were found best and worst. */
export async function writeDetectionPage(path: string, { annotations, results, scores, confidence, seed, images, name }: DetectionPageContent): Promise<void> {
  const curves = boxCurves(annotations, results, scores, { rng: createRng(seed), confidence });
  const gallery = images === undefined ? { missing: 'no --images folder was given' } : await drawGallery(annotations, results, curves, async ({ file_name }) => ({ ...(await decodeFile(await readFile(join(images, file_name)))), place: (box) => box }));
  await atomicWrite(path, renderPage({ title: `Detections of ${name}`, program: `${manifest.name} ${manifest.version}`, body: html`<section><h2>Boxes</h2>${detectionDetails({ scores, confidence, curves, gallery })}</section>` }));
}
