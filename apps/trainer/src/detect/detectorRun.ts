import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { requireTrainingBackend, selectBackend } from '../backend/selectBackend.ts';
import { guardTest } from '../classify/guardTest.ts';
import type { CommandContext } from '../commands/command.ts';
import { describeEncoder, openEncoder } from '../encode/openEncoder.ts';
import { settleStatistics } from '../encode/settleStatistics.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { beginRun, claimFolder } from '../run/runDirectory.ts';
import { writeTrainedImages } from '../run/trainedImages.ts';
import { UsageError } from '../usageError.ts';
import { chooseAnchors } from './chooseAnchors.ts';
import { readDetectionData } from './detectionData.ts';
import { saveDetectorTable, type DetectorTable } from './detectorFile.ts';
import { learnDetector } from './learnDetector.ts';
import { selectBoxes } from './selectBoxes.ts';
import { testDetector, type DetectorOrigin } from './testDetector.ts';

/**
 * A new run of `detect train`.
 *
 * @throws {InputError} If images, boxes, encoder or backend cannot be used.
 * @throws {UsageError} If the options do not fit one another.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function detectorRun(options: DetectTrainOptions, { terminal, commandLine, given }: CommandContext, signal: AbortSignal): Promise<void> {
  const { data: path, init, out: folder, seed, batchSize } = options;
  if (path === undefined || init === undefined || folder === undefined) throw new UsageError('Cannot train a detector without images, an encoder and a folder: give --data <path>, --init <run|random> and --out <run>, or --resume <run>');
  const withdraw = await claimFolder(folder);
  const selected = await selectBoxes({ ...options, data: path });
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const rng = createRng(seed);
  let opened = await openEncoder({ ...options, init }, given);
  const pool = createWorkerPool(options.workers);
  let begun = false;
  try {
    const { preprocessing } = opened;
    const data = await readDetectionData(selected, options, { preprocessing, folder, pool, terminal, rng });
    const { cache } = data.prepared;
    const { leak, earlier } = await guardTest(data.prepared, opened, { ...options, init }, terminal);
    const anchors = chooseAnchors(opened.encoder, Float32Array.from(data.train.flatMap(({ annotations }) => [...annotations.boxes])), { ...options, imageSize: preprocessing.imageSize });
    terminal.print(`Anchors from ${anchors.anchorSize} pixels, every ${anchors.finestStride}; the best of them overlap the training boxes by ${anchors.meanOverlap.toFixed(2)} in the mean, ${Math.round(100 * anchors.covered)} % by 0.5 or more`);
    const table: DetectorTable = { format: 'cxr-ifa-detector-1', findings: [...data.findings], channels: options.channels, depth: options.depth, anchorSize: anchors.anchorSize, stages: [...anchors.stages] };
    opened = await settleStatistics(opened, data.all.map(({ index }) => index), { cache, batchSize, terminal, rng });

    const trained = new Set(data.train.map(({ index }) => index));
    await writeTrainedImages(folder, cache, data.prepared.selection.records, { indices: data.prepared.indices.filter((index) => trained.has(index)), earlier });
    await saveDetectorTable(folder, table);
    const origin: DetectorOrigin = { encoder: describeEncoder(opened), random: opened.random, anchors, leak };
    const { out: _out, resume: _resume, ...config } = options;
    const { dataHash: hash, key } = cache.manifest;
    begun = true;
    await beginRun(folder, { ...config, threads: backend.threads }, { command: commandLine, startedAt: new Date().toISOString(), ...describeMachine(), backend, seed, ...origin, data: { path, images: data.prepared.indices.length, hash, cache: key, boxes: data.boxHash }, split: { source: data.splitSource, hash: data.splitHash }, resumed: [] });
    const training = await learnDetector(opened, options, { folder, table, data, from: undefined, rng, terminal, signal });
    try {
      await testDetector(training, options, { folder, opened, table, data, origin, terminal });
    } finally {
      training.dispose();
    }
  } finally {
    await pool.close();
    disposeTensors(opened.parameters, opened.statistics);
    if (!begun) await withdraw();
  }
}
