import { join } from 'node:path';
import { patientsOf } from '@cxr-ifa/datasets';
import { chooseAnchorSize } from '@cxr-ifa/heads/detection';
import { createRng, disposeTensors, type ImageRecord } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import { drawFraction } from '../classify/drawFraction.ts';
import { guardTest } from '../classify/guardTest.ts';
import { hashSplits } from '../classify/hashSplits.ts';
import { NOT_A_MEDICAL_DEVICE } from '../classify/notice.ts';
import type { CommandContext } from '../commands/command.ts';
import { describeEncoder, openEncoder } from '../encode/openEncoder.ts';
import { prepareRecords } from '../encode/prepareRecords.ts';
import { settleStatistics } from '../encode/settleStatistics.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { withInterruption } from '../run/interruption.ts';
import { openMetricsLog } from '../run/metricsLog.ts';
import { beginRun, claimFolder, writeJson } from '../run/runDirectory.ts';
import { writeTrainedImages } from '../run/trainedImages.ts';
import { annotateImages, measureImages, type AnnotatedImage, type ReaderAgreement } from './annotatedImages.ts';
import { detectImages } from './detectImages.ts';
import { detectorOf, saveDetector, type DetectorTable } from './detectorFile.ts';
import { learnDetector } from './learnDetector.ts';
import { scoreBoxes } from './scoreBoxes.ts';
import { scoreTable } from './scoreTable.ts';
import { selectBoxes } from './selectBoxes.ts';
import { toCoco, writeCoco } from './writeCoco.ts';

const CONFIDENCE = 0.95;

/**
 * Trains a detector on an encoder and tests it: boxes of the test images as COCO files, and their scores.
 *
 * @throws {InputError} If images, boxes, encoder or backend cannot be used.
 * @throws {UsageError} If the options do not fit one another.
 */
export async function trainDetector(options: DetectTrainOptions, { terminal, commandLine, given }: CommandContext): Promise<void> {
  const { out, seed, batchSize } = options;
  const withdraw = await claimFolder(out);
  const selected = await selectBoxes(options);
  const { findings } = selected;
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const rng = createRng(seed);
  let opened = await openEncoder(options, given);
  const pool = createWorkerPool(options.workers);
  let begun = false;
  try {
    const { preprocessing } = opened;
    const prepared = await prepareRecords(selected.selection, { ...options, preprocessing, folder: out, pool, terminal });
    const { leak, earlier } = await guardTest(prepared, opened, options, terminal);
    const { records } = prepared.selection;
    const { images, agreement } = annotateImages(prepared, await measureImages(prepared.selection.root, records, { pool, terminal }), selected, preprocessing, options);
    const part = (split: string): AnnotatedImage[] => images.filter(({ record }) => record.split === split);
    const [all, validation, test] = [part('train'), part('val'), part('test')];
    const drawn = new Set(drawFraction(all.map(({ record }) => record), options.fraction, rng));
    const train = all.filter(({ record }) => drawn.has(record));
    const { imageSize } = preprocessing;
    const fit = chooseAnchorSize(Float32Array.from(train.flatMap(({ annotations }) => [...annotations.boxes])), { imageSize: [imageSize, imageSize], ...(options.anchorSize !== undefined && { sizes: [options.anchorSize] }) });
    const table: DetectorTable = { format: 'cxr-ifa-detector-1', findings: [...findings], channels: options.channels, depth: options.depth, anchorSize: fit.anchorSize };
    for (const line of describeSelection(prepared.selection)) terminal.print(line);
    for (const line of describeBoxes(train, agreement)) terminal.print(line);
    terminal.print(`Anchors from ${fit.anchorSize} pixels; the best of them overlap the training boxes by ${fit.meanOverlap.toFixed(2)} at most in the mean, ${Math.round(100 * fit.covered)} % by 0.5 or more`);
    opened = await settleStatistics(opened, all.map(({ index }) => index), { cache: prepared.cache, batchSize, terminal, rng });

    const { dataHash: hash, key: cache } = prepared.cache.manifest;
    const { out: _out, ...config } = options;
    const counts = Object.fromEntries(Object.entries({ train: all, trainUsed: train, val: validation, test }).map(([name, list]) => [name, countOf(list)]));
    begun = true;
    await beginRun(out, config, { command: commandLine, startedAt: new Date().toISOString(), ...describeMachine(), backend, seed, data: { path: options.data, images: records.length, hash, cache }, split: { source: selected.splitSource, hash: hashSplits(records) }, leak });
    const log = openMetricsLog(join(out, 'metrics.jsonl'));
    const training = await withInterruption((signal) => learnDetector(opened, options, { table, train, validation, cache: prepared.cache, rng, log, terminal, signal }), () => terminal.print('Stopping after this step')).finally(() => log.close());
    try {
      await saveDetector(out, training, { encoder: opened.table, preprocessing, seed, detector: table });
      const trained = new Set(train.map(({ index }) => index));
      await writeTrainedImages(out, prepared.cache, records, { indices: prepared.indices.filter((index) => trained.has(index)), earlier });
      const pieces = { scoreThreshold: options.scoreThreshold, maximum: options.maximum, overlapThreshold: options.overlap };
      const found = await detectImages({ detector: detectorOf(opened.encoder, table), ...training.model, preprocessing }, test.map(({ index }) => index), { cache: prepared.cache, batchSize, terminal, ...pieces });
      const coco = toCoco(test, found, { findings, preprocessing, pseudonym: createPseudonymiser(options.keepIds) });
      await writeCoco(out, coco);
      const scores = scoreBoxes(coco.annotations, coco.results, { hit: 0.2, rsnaThreshold: 0.3, samples: options.samples, confidence: CONFIDENCE, seed });
      await writeJson(join(out, 'metrics.json'), { format: 'cxr-ifa-detection-1', encoder: describeEncoder(opened), random: opened.random, anchors: fit, counts, splitSource: selected.splitSource, splitHash: hashSplits(records), leak, agreement: agreement ?? null, scores });
      terminal.print(`${describeEncoder(opened)}; detector after ${training.step} steps on ${train.length} images`);
      for (const line of scoreTable(scores, { confidence: CONFIDENCE })) terminal.print(line);
      terminal.print(`Detector, boxes and scores are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);
    } finally {
      training.dispose();
    }
  } finally {
    await pool.close();
    disposeTensors(opened.parameters, opened.statistics);
    if (!begun) await withdraw();
  }
}

function countOf(images: readonly AnnotatedImage[]): { images: number; patients: number; boxes: number; withoutBoxes: number } {
  const boxes = images.map(({ annotations }) => annotations.labels.length);
  return { images: images.length, patients: patientsOf(images.map(({ record }): ImageRecord => record)).size, boxes: boxes.reduce((sum, count) => sum + count, 0), withoutBoxes: boxes.filter((count) => count === 0).length };
}

function describeBoxes(train: readonly AnnotatedImage[], agreement: ReaderAgreement | undefined): string[] {
  const { images, boxes, withoutBoxes } = countOf(train);
  const lines = [`Trained on ${images} images with ${boxes} boxes, ${withoutBoxes} images without any`];
  if (agreement) lines.push(`Readers drew ${agreement.drawn} boxes, fused to ${agreement.fused}: ${agreement.byReaders.map((count, i) => `${count} by ${i + 1}`).join(', ')}${agreement.dropped > 0 ? `; ${agreement.dropped} of fewer readers left out` : ''}`);
  return lines;
}
