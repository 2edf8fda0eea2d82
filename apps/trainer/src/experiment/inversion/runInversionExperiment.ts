import { createRng, disposeTensors, type ImageRecord } from '@cxr-ifa/tensor';
import { requireTrainingBackend, selectBackend } from '../../backend/selectBackend.ts';
import { NO_LEAK, type Leak } from '../../classify/findLeak.ts';
import type { CommandContext } from '../../commands/command.ts';
import { openSettledEncoder } from '../../encode/openSettledEncoder.ts';
import { loadGenerator } from '../../gan/loadGenerator.ts';
import { toPictures } from '../../gan/toPictures.ts';
import { createWorkerPool } from '../../input/workerPool.ts';
import { findSeen } from '../../invert/findSeen.ts';
import { generatorId } from '../../invert/generatorId.ts';
import { loadInversion } from '../../invert/inversionFile.ts';
import { realTargets } from '../../invert/inversionTargets.ts';
import { labelsOfImages } from '../../invert/labelsOfImages.ts';
import { meanImage } from '../../invert/meanImage.ts';
import { openPerceptual } from '../../invert/openPerceptual.ts';
import { openScorers } from '../../invert/openScorers.ts';
import { scoreReconstructions, type ReconstructionScores } from '../../invert/scoreReconstructions.ts';
import type { InversionOptions } from '../../options/inversionOptions.ts';
import { latestCheckpoint } from '../../run/checkpointFile.ts';
import { hashFile } from '../../run/hashFile.ts';
import { openImages } from '../../run/openImages.ts';
import { UsageError } from '../../usageError.ts';
import { invertRow, startOf, type InvertRowContext } from './invertRow.ts';
import { FLOORS, perceptualRows } from './perceptualRows.ts';
import { openReconstructions } from './reconstructionStore.ts';
import { writeInversionResults, type InversionRow } from './writeInversionResults.ts';

/** Images that are drawn at once where nothing is optimised. */
const BATCH = 64;

/**
 * Inverts the same images with several perceptual encoders, from the same latents and noise, and compares the reconstructions beside two floors: the mean image, and what all begin with.
 * Finished batches are kept, so that the same command goes on where it was interrupted, and one with more encoders or images adds to what there is.
 *
 * @throws {InputError} If generator, images or an encoder cannot be used.
 * @throws {UsageError} If options do not fit one another, or the folder's experiment.
 * @throws {Interrupted} If it was asked to stop; what was finished is kept.
 */
export async function runInversionExperiment(options: InversionOptions, { terminal }: CommandContext, signal: AbortSignal): Promise<void> {
  const { gan, encoder, arch, width, seed, out } = options;
  const rows = await perceptualRows(options.perceptual, options);
  const baseline = options.baseline ?? (rows.some(({ name }) => name === 'none') ? 'none' : (rows[0]?.name as string));
  if (!rows.some(({ name }) => name === baseline)) throw new UsageError(`Cannot compare with the baseline ${baseline} as it must be among the rows: they are ${rows.map(({ name }) => name).join(', ')}`);
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = await loadGenerator(gan);
  const scorers = await openScorers(options);
  const inverter = encoder === undefined ? undefined : { ...(await loadInversion(encoder, loaded.generator)), key: await hashFile((await latestCheckpoint(encoder)) ?? encoder) };
  const pool = createWorkerPool(options.workers);
  try {
    for (const [name, { key }] of scorers.judges) {
      const same = rows.find((row) => row.key === key);
      if (same) throw new UsageError(`Cannot judge by ${name} as the row ${same.name} is made with the same encoder: give another --judge`);
    }
    let records: readonly ImageRecord[] = [];
    const cache = await openImages({ ...options, ...loaded.preparation }, out, { pool, terminal, signal, onSelected: (_, selected = []) => void (records = selected) });
    const rng = createRng(seed);
    const targets = realTargets(cache, records, { count: options.count, rng });
    const paths = targets.records.map((record) => record?.path ?? '');
    if (new Set(targets.records.map((record, row) => record?.patient ?? row)).size < 2) throw new UsageError('Cannot compare encoders on the images of one patient as intervals are over patients: give more images');
    const labels = scorers.classifier && records.length > 0 ? await labelsOfImages(paths, scorers.classifier.findings, options) : undefined;
    const generator = await generatorId(loaded);
    const store = await openReconstructions(out, { format: 'cxr-ifa-inversion-experiment-1', generator, data: cache.manifest.dataHash, seed });
    try {
      const context: InvertRowContext = { loaded, targets, inverter, store, rng, terminal, signal };
      const found: InversionRow[] = [];
      const originals = await picturesOf(context, 'original');
      const add = async (name: string, pictures: readonly Float32Array[], about: Pick<InversionRow, 'encoder' | 'seconds' | 'leak'>): Promise<void> => {
        const scores: ReconstructionScores = await scoreReconstructions(originals, pictures, scorers);
        found.push({ name, ...about, pictures, scores });
      };
      const floor = await meanImage(loaded);
      const none = { encoder: null, seconds: null, leak: NO_LEAK };
      await add(FLOORS.mean, originals.map(() => floor), none);
      if (inverter) await add(FLOORS.start, await picturesOf(context, 'start'), { ...none, leak: await findSeen(encoder as string, targets, cache) });
      for (const row of rows) {
        const cells = await invertRow(row, options, context, async () =>
          row.encoder === 'random' ? asFrozen(await openSettledEncoder({ init: 'random', arch, width, seed }, { cache, terminal, rng: createRng(seed) })) : openPerceptual(row.encoder, { cache, seed, terminal }),
        );
        const pictures: Float32Array[] = [];
        for (const cell of cells) pictures.push(...(await store.read(cell)));
        const leak: Leak | null = row.encoder === 'none' || row.encoder === 'random' ? NO_LEAK : await findSeen(row.encoder, targets, cache);
        await add(row.name, pictures, { encoder: row.encoder, seconds: cells.reduce((sum, { seconds }) => sum + seconds, 0), leak });
      }
      await writeInversionResults({ options, rows: found, baseline, originals, targets, labels, classifier: scorers.classifier?.id ?? null, generator: { id: generator, step: loaded.details.step, leak: await findSeen(gan, targets, cache) }, backend: backend.name, terminal });
    } finally {
      store.close();
    }
  } finally {
    await pool.close();
    scorers.dispose();
    disposeTensors(loaded.parameters, [loaded.meanLatent], ...(inverter ? [inverter.parameters, inverter.statistics] : []));
  }
}

function asFrozen({ encoder, parameters, statistics, preprocessing }: Awaited<ReturnType<typeof openSettledEncoder>>): Awaited<ReturnType<typeof openPerceptual>> {
  return { encoder, parameters, statistics, normalisation: preprocessing.normalisation };
}

/** The images themselves, or what the generator draws of the latents that all rows begin with. */
async function picturesOf(context: InvertRowContext, which: 'original' | 'start'): Promise<Float32Array[]> {
  const { targets, loaded } = context;
  const pictures: Float32Array[] = [];
  for (let start = 0; start < targets.names.length; start += BATCH) {
    const count = Math.min(BATCH, targets.names.length - start);
    if (which === 'original') pictures.push(...(await toPictures(targets.batch(start, count))));
    else {
      const latents = startOf(context, start, count);
      if (!latents) continue;
      pictures.push(...(await toPictures(loaded.generator.synthesise(loaded.parameters, latents))));
      latents.dispose();
    }
  }
  return pictures;
}
