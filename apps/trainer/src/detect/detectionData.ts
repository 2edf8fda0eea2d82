import { createHash } from 'node:crypto';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { patientsOf } from '@cxr-ifa/datasets';
import type { ImageRecord, Rng } from '@cxr-ifa/tensor';
import { drawFraction } from '../classify/drawFraction.ts';
import { hashSplits } from '../classify/hashSplits.ts';
import { prepareRecords, type PreparedRecords } from '../encode/prepareRecords.ts';
import { describeSelection } from '../input/describeSelection.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import type { Terminal } from '../terminal.ts';
import { annotateImages, measureImages, type AnnotatedImage, type ReaderAgreement } from './annotatedImages.ts';
import type { BoxSelection } from './selectBoxes.ts';

/** The images of a run of `detect train`, by what they are for. */
export interface DetectionData {
  readonly prepared: PreparedRecords;
  readonly findings: readonly string[];
  /** All training images, and those whose boxes are used. */
  readonly all: readonly AnnotatedImage[];
  readonly train: readonly AnnotatedImage[];
  readonly validation: readonly AnnotatedImage[];
  readonly test: readonly AnnotatedImage[];
  readonly agreement: ReaderAgreement | undefined;
  readonly splitSource: string;
  readonly splitHash: string;
  /** Of paths, boxes and what was searched for: a resumed run must have the same. */
  readonly boxHash: string;
}

/** Prepares the images of a selection, joins them with their boxes, and says what there is. */
export async function readDetectionData(selected: BoxSelection, options: Pick<DetectTrainOptions, 'cache' | 'onBadFile' | 'fraction' | 'minimumReaders'>, { preprocessing, folder, pool, terminal, rng }: { readonly preprocessing: Preprocessing; readonly folder: string; readonly pool: WorkerPool; readonly terminal: Terminal; readonly rng: Rng }): Promise<DetectionData> {
  const prepared = await prepareRecords(selected.selection, { ...options, preprocessing, folder, pool, terminal });
  const { records } = prepared.selection;
  const { images, agreement } = annotateImages(prepared, await measureImages(prepared.selection.root, records, { pool, terminal }), selected, preprocessing, options);
  const part = (split: string): AnnotatedImage[] => images.filter(({ record }) => record.split === split);
  const all = part('train');
  const drawn = new Set(drawFraction(all.map(({ record }) => record), options.fraction, rng));
  const train = all.filter(({ record }) => drawn.has(record));
  for (const line of describeSelection(prepared.selection)) terminal.print(line);
  for (const line of describeBoxes(train, agreement)) terminal.print(line);
  return { prepared, findings: selected.findings, all, train, validation: part('val'), test: part('test'), agreement, splitSource: selected.splitSource, splitHash: hashSplits(records), boxHash: hashBoxes(images) };
}

/** How many images, patients and boxes there are. */
export function countImages(images: readonly AnnotatedImage[]): { images: number; patients: number; boxes: number; withoutBoxes: number } {
  const boxes = images.map(({ annotations }) => annotations.labels.length);
  return { images: images.length, patients: patientsOf(images.map(({ record }): ImageRecord => record)).size, boxes: boxes.reduce((sum, count) => sum + count, 0), withoutBoxes: boxes.filter((count) => count === 0).length };
}

function describeBoxes(train: readonly AnnotatedImage[], agreement: ReaderAgreement | undefined): string[] {
  const { images, boxes, withoutBoxes } = countImages(train);
  const lines = [`Trained on ${images} images with ${boxes} boxes, ${withoutBoxes} images without any`];
  if (agreement) lines.push(`Readers drew ${agreement.drawn} boxes, fused to ${agreement.fused}: ${agreement.byReaders.map((count, i) => `${count} by ${i + 1}`).join(', ')}${agreement.dropped > 0 ? `; ${agreement.dropped} of fewer readers left out` : ''}`);
  return lines;
}

function hashBoxes(images: readonly AnnotatedImage[]): string {
  const rows = images.map(({ record: { path, split }, annotations: { boxes, labels, known } }) => [path, split, [...boxes], [...labels], known && Array.from(known)]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}
