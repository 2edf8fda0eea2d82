import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatCsv, type Cell } from '@cxr-ifa/datasets';
import { extractFeatures, featureDistances, outOfDistribution } from '@cxr-ifa/heads/classification';
import { disposeTensors } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { inBatches } from '../encode/inBatches.ts';
import { readyImages } from '../encode/readyImages.ts';
import { toTensor } from '../encode/toTensor.ts';
import { describeSelection } from '../input/describeSelection.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { PredictOptions } from '../options/predictOptions.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { decide } from './decide.ts';
import { readFeatureDistribution } from './featureDistributionFile.ts';
import { applyProbe } from './fitProbe.ts';
import { modelId } from './modelId.ts';
import { NOT_A_MEDICAL_DEVICE } from './notice.ts';
import { readProbe } from './probeFile.ts';

/** What the warning column says of an image that should not be trusted to the model. */
const UNLIKE = 'unlike the training images';

/**
 * Predicts new images with a classification run: its own encoder, preprocessing, probe, calibration and thresholds. Images are read, encoded and
 * written batch by batch, so that memory does not grow with their number; the file appears when it is complete.
 *
 * @throws {InputError} If the run or the images cannot be used.
 */
export async function predictImages(options: PredictOptions, { terminal }: CommandContext): Promise<void> {
  const { run, out, batchSize, warnAbove } = options;
  const { probe, findings, stage, rules } = await readProbe(run);
  const [model, distribution] = [await modelId(run), await readFeatureDistribution(run)];
  const selection = await readRecords(options);
  for (const line of describeSelection(selection)) terminal.print(line);
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  if (!distribution) terminal.print('The run does not say what its training images look like: no image is compared with them');
  const { encoder, parameters, statistics, preprocessing } = await loadEncoder(run);
  const pool = createWorkerPool(options.workers);
  const pseudonym = createPseudonymiser(options.keepIds);
  let [predicted, warned] = [0, 0];

  async function* lines(): AsyncGenerator<string, void, void> {
    yield formatCsv([['image', 'patient', 'split', ...findings.flatMap((finding) => ['probability', 'threshold', 'decision'].map((what) => `${finding}:${what}`)), 'distance', 'out_of_distribution', 'warning', 'model']]);
    const progress = terminal.progress('Predicting', selection.records.length, 'images');
    try {
      for await (const batch of inBatches(readyImages(selection, { ...options, preprocessing, pool, terminal }), batchSize)) {
        const images = toTensor(batch, preprocessing);
        const features = await extractFeatures(encoder, parameters, statistics, [images], stage === undefined ? {} : { stage }).finally(() => images.dispose());
        const probabilities = await applyProbe(probe, features);
        const distances = distribution && (await featureDistances(distribution, features));
        const scores = distribution && distances && outOfDistribution(distribution, distances);
        yield formatCsv(
          batch.map(({ record: { path, patient, split } }, row): Cell[] => {
            const decisions = probabilities.map((column, finding) => decide(column?.[row], rules[finding]));
            const isUnlike = (scores?.[row] ?? 0) >= warnAbove;
            if (isUnlike) warned++;
            return [path, pseudonym(patient), split, ...decisions.flatMap(({ probability, threshold, decision }) => [probability, threshold, decision]), distances?.[row], scores?.[row], isUnlike ? UNLIKE : undefined, model];
          }),
        );
        progress.update((predicted += batch.length));
      }
    } finally {
      progress.finish();
    }
  }

  try {
    await mkdir(dirname(out), { recursive: true });
    await atomicWrite(out, lines());
    if (distribution) terminal.print(`${warned} of ${predicted} images are further from the training images than ${warnAbove * 100} % of these are from one another: the column warning names them`);
    terminal.print(`Predictions of ${predicted} images by the model ${model} are in ${out}. ${NOT_A_MEDICAL_DEVICE}`);
  } finally {
    await pool.close();
    disposeTensors(parameters, statistics);
  }
}
