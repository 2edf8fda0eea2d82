import { dirname } from 'node:path';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disposeTensors } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { encodeImages } from '../encode/encodeImages.ts';
import { prepareRecords } from '../encode/prepareRecords.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { PredictOptions } from '../options/predictOptions.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { applyProbe } from './fitProbe.ts';
import { NOT_A_MEDICAL_DEVICE } from './notice.ts';
import { formatPredictions } from './predictionsFile.ts';
import { readProbe } from './probeFile.ts';

/**
 * Predicts new images with a classification run: its own encoder, its own preprocessing, its own probe.
 *
 * @throws {InputError} If the run or the images cannot be used.
 */
export async function predictImages(options: PredictOptions, { terminal }: CommandContext): Promise<void> {
  const { run, out, batchSize } = options;
  const { probe, findings, stage } = await readProbe(run);
  const records = await readRecords(options);
  for (const line of describeSelection(records)) terminal.print(line);
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = { ...(await loadEncoder(run)), random: false };
  const pool = createWorkerPool(options.workers);
  const folder = await mkdtemp(join(tmpdir(), 'cxr-ifa-'));
  try {
    const { selection, cache, indices } = await prepareRecords(records, { ...options, preprocessing: loaded.preprocessing, folder, pool, terminal });
    const probabilities = await applyProbe(probe, await encodeImages(loaded, indices, { cache, batchSize, terminal, stage }));
    const pseudonym = createPseudonymiser(options.keepIds);
    const images = selection.records.map(({ path, patient, split }, row) => ({ image: path, patient: pseudonym(patient), split, probabilities: probabilities.map((column) => column?.[row]), labels: findings.map(() => undefined) }));
    await mkdir(dirname(out), { recursive: true });
    await atomicWrite(out, formatPredictions({ findings, images }));
    terminal.print(`Predictions of ${images.length} images are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);
  } finally {
    await pool.close();
    disposeTensors(loaded.parameters, loaded.statistics);
    await rm(folder, { recursive: true, force: true });
  }
}
