import { join } from 'node:path';
import type { DetectorTraining } from '@cxr-ifa/heads/detection';
import { NOT_A_MEDICAL_DEVICE } from '../classify/notice.ts';
import type { Leak } from '../classify/findLeak.ts';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { writeJson } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';
import type { ChosenAnchors } from './chooseAnchors.ts';
import { countImages, type DetectionData } from './detectionData.ts';
import { detectImages } from './detectImages.ts';
import { detectorOf, type DetectorTable } from './detectorFile.ts';
import { scoreBoxes } from './scoreBoxes.ts';
import { scoreTable } from './scoreTable.ts';
import { toCoco, writeCoco } from './writeCoco.ts';

const CONFIDENCE = 0.95;

/** What `metrics.json` says of a run besides its scores. */
export interface DetectorOrigin {
  /** The encoder that it began with, in a few words. */
  readonly encoder: string;
  readonly random: boolean;
  readonly anchors: ChosenAnchors;
  readonly leak: Leak | null;
}

/** Tests a trained detector: boxes of the test images as COCO files, and their scores. */
export async function testDetector({ model, step }: Pick<DetectorTraining, 'model' | 'step'>, options: DetectTrainOptions, { folder, opened, table, data, origin, terminal }: { readonly folder: string; readonly opened: OpenedEncoder; readonly table: DetectorTable; readonly data: DetectionData; readonly origin: DetectorOrigin; readonly terminal: Terminal }): Promise<void> {
  const { batchSize, samples, seed } = options;
  const { findings, test, all, train, validation, prepared, splitSource, splitHash, agreement } = data;
  const { preprocessing } = opened;
  const found = await detectImages({ detector: detectorOf(opened.encoder, table), ...model, preprocessing }, test.map(({ index }) => index), { cache: prepared.cache, batchSize, terminal, scoreThreshold: options.scoreThreshold, maximum: options.maximum, overlapThreshold: options.overlap });
  const coco = toCoco(test, found, { findings, preprocessing, pseudonym: createPseudonymiser(options.keepIds) });
  await writeCoco(folder, coco);
  const scores = scoreBoxes(coco.annotations, coco.results, { hit: 0.2, rsnaThreshold: 0.3, samples, confidence: CONFIDENCE, seed });
  const counts = Object.fromEntries(Object.entries({ train: all, trainUsed: train, val: validation, test }).map(([name, list]) => [name, countImages(list)]));
  await writeJson(join(folder, 'metrics.json'), { format: 'cxr-ifa-detection-1', ...origin, counts, splitSource, splitHash, agreement: agreement ?? null, scores });
  terminal.print(`${origin.encoder}; detector after ${step} steps on ${train.length} images`);
  for (const line of scoreTable(scores, { confidence: CONFIDENCE })) terminal.print(line);
  terminal.print(`Detector, boxes and scores are in ${folder}. ${NOT_A_MEDICAL_DEVICE}`);
}
