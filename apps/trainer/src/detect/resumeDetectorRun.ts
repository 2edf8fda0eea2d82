import { join } from 'node:path';
import { createRng, disposeTensors, InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { requireTrainingBackend, selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { openEncoder, type OpenedEncoder } from '../encode/openEncoder.ts';
import { settleStatistics } from '../encode/settleStatistics.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { DETECT_FREE_ON_RESUME, detectTrainOptions } from '../options/detectOptions.ts';
import { latestCheckpoint } from '../run/checkpointFile.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { cutMetricsLog } from '../run/metricsLog.ts';
import { resumedOptions } from '../run/resumedOptions.ts';
import { readRunFile, writeJson } from '../run/runDirectory.ts';
import { readDetectionData } from './detectionData.ts';
import { readDetectorSnapshot, readDetectorTable } from './detectorFile.ts';
import { learnDetector } from './learnDetector.ts';
import { selectBoxes } from './selectBoxes.ts';
import { testDetector, type DetectorOrigin } from './testDetector.ts';

const cardSchema = z.looseObject({
  encoder: z.string(),
  random: z.boolean(),
  anchors: z.looseObject({ anchorSize: z.number() }),
  leak: z.looseObject({}).nullable(),
  data: z.looseObject({ path: z.string(), hash: z.string(), boxes: z.string() }),
  resumed: z.array(z.unknown()),
});

/**
 * Goes on with a run of `detect train` exactly where its last checkpoint stands; of one that has learnt all its steps, only the test is taken again.
 *
 * @throws {InputError} If the folder is no such run, or its checkpoint, its images or its boxes cannot be used or are others.
 * @throws {UsageError} If an option was given that the run was not begun with.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function resumeDetectorRun(folder: string, { terminal, given, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const action = `resume ${folder}`;
  const options = await resumedOptions(folder, given, detectTrainOptions, DETECT_FREE_ON_RESUME);
  const card = cardSchema.safeParse(await readRunFile(folder, 'run-card.json'));
  if (!card.success) throw new InputError(`Cannot ${action} as its run-card.json is damaged or of another version`);
  const origin = card.data as unknown as DetectorOrigin;
  const table = await readDetectorTable(folder);
  const selected = await selectBoxes({ ...options, data: options.data ?? card.data.data.path });
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const rng = createRng(options.seed);
  const isBegun = (await latestCheckpoint(folder)) !== undefined;
  // Before the first checkpoint there is nothing but the encoder that the run was begun with
  let opened: OpenedEncoder = isBegun ? { ...(await loadEncoder(folder)), random: false } : await openEncoder({ ...options, init: options.init as string }, {});
  const pool = createWorkerPool(options.workers);
  try {
    const data = await readDetectionData(selected, options, { preprocessing: opened.preprocessing, folder, pool, terminal, rng });
    const { dataHash } = data.prepared.cache.manifest;
    if (dataHash !== card.data.data.hash || data.boxHash !== card.data.data.boxes) throw new InputError(`Cannot ${action} as the ${dataHash === card.data.data.hash ? 'boxes' : 'images'} are not those that it was begun with: its run-card.json has their hash`);
    opened = await settleStatistics(opened, data.all.map(({ index }) => index), { cache: data.prepared.cache, batchSize: options.batchSize, terminal, rng });
    const from = await readDetectorSnapshot(folder);
    const step = from?.state.step ?? 0;
    await cutMetricsLog(join(folder, 'metrics.jsonl'), step);
    await writeJson(join(folder, 'run-card.json'), { ...card.data, resumed: [...card.data.resumed, { step, at: new Date().toISOString(), command: commandLine, backend }] });
    terminal.print(`Going on with ${folder} after step ${step} of ${options.steps}`);
    const training = await learnDetector(opened, options, { folder, table, data, from, rng, terminal, signal });
    try {
      const { encoder, random, anchors, leak } = origin;
      await testDetector(training, options, { folder, opened, table, data, origin: { encoder, random, anchors, leak }, terminal });
    } finally {
      training.dispose();
    }
  } finally {
    await pool.close();
    disposeTensors(opened.parameters, opened.statistics);
  }
}
