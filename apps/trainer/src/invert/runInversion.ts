import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { optimiseLatents } from '@cxr-ifa/gan-inversion';
import { createRng, disposeTensors, type ImageRecord } from '@cxr-ifa/tensor';
import { tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { requireTrainingBackend, selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { loadGenerator } from '../gan/loadGenerator.ts';
import { toPictures } from '../gan/toPictures.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { InvertRunOptions } from '../options/invertRunOptions.ts';
import { flagOf } from '../options/option.ts';
import { imageGrid } from '../output/imageGrid.ts';
import { createPseudonymiser } from '../output/pseudonymise.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { Interrupted } from '../run/interruption.ts';
import { openImages } from '../run/openImages.ts';
import { claimFolder, writeJson } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';
import { columnsOf } from './columnsOf.ts';
import { compareImages, type ImageComparison } from './compareImages.ts';
import { findSeen, isSeen } from './findSeen.ts';
import { loadInversion } from './inversionFile.ts';
import { drawnTargets, realTargets } from './inversionTargets.ts';
import { INVERTED_FORMAT } from './invertedFile.ts';
import { meanImage } from './meanImage.ts';
import { openPerceptual } from './openPerceptual.ts';
import { differencePicture, MEAN_PICTURE, PICTURE_FOLDERS, pictureFile } from './pictureFiles.ts';
import { summariseColumns } from './summariseColumns.ts';

/** Images in the grid. */
const SHOWN = 16;
const BOOTSTRAP = { samples: 2000, confidence: 0.95 };
/** What an encoder's one pass has no use for. */
const OF_OPTIMISATION = ['perceptual', 'space', 'steps', 'learningRate', 'fitNoise', 'pixelWeight', 'perceptualWeight', 'identityWeight'] as const;

/**
 * Inverts images with a trained generator: `original/`, `reconstruction/` and `difference/` PNGs of equal names, `mean.png`, `grid.png`, `metrics.json`.
 *
 * @throws {InputError} If generator, encoder or images cannot be used.
 * @throws {UsageError} If options contradict one another.
 * @throws {Interrupted} If the signal asked to stop; the images that were inverted are written.
 */
export async function runInversion(options: InvertRunOptions, { terminal, given }: CommandContext, signal: AbortSignal): Promise<void> {
  const { gan, data, drawn, method, encoder, perceptual, batchSize, seed, out } = options;
  requireFitting(options, given);
  const withdraw = await claimFolder(out);
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = await loadGenerator(gan);
  const rng = createRng(seed);
  const pool = createWorkerPool(options.workers);
  let done = false;
  try {
    let records: readonly ImageRecord[] = [];
    const cache = data === undefined ? undefined : await openImages({ ...options, data, ...loaded.preparation }, out, { pool, terminal, signal, onSelected: (_, selected = []) => void (records = selected) });
    const targets = cache ? realTargets(cache, records, { count: options.count, rng }) : drawnTargets(loaded, drawn as number, rng);
    const leak = cache ? { generator: await findSeen(gan, targets, cache), encoder: encoder === undefined ? null : await findSeen(encoder, targets, cache) } : null;
    for (const [what, seen] of Object.entries(leak ?? {})) if (isSeen(seen)) terminal.print(`The ${what} was trained on ${seen?.images} of these images${seen?.patients ? `, and on ${seen.patients} of their patients` : ''}: what is measured is not what new images would come to`);
    const eyes = await openPerceptual(perceptual, { cache, seed, terminal });
    const inverter = encoder === undefined ? undefined : await loadInversion(encoder, loaded.generator);
    const { space, steps, learningRate, fitNoise, pixelWeight, perceptualWeight, identityWeight } = options;

    const images: { name: string; image: string | null; patient: string | undefined; comparison: ImageComparison; mean: ImageComparison }[] = [];
    const grid: Float32Array[][] = [];
    const stepsOfBatch = method === 'encode' ? 1 : steps;
    const progress = terminal.progress('Inverting', Math.ceil(targets.names.length / batchSize) * stepsOfBatch, 'steps');
    const pseudonym = createPseudonymiser(false);
    const side = loaded.generator.resolution;
    const floor = await meanImage(loaded);
    for (let start = 0; start < targets.names.length && !signal.aborted; start += batchSize) {
      const names = targets.names.slice(start, start + batchSize);
      const batch = targets.batch(start, names.length);
      const encoded = inverter && tidy(() => inverter.inversion.invert(inverter.parameters, inverter.statistics, batch, loaded.meanLatent).latents);
      const optimised = method === 'encode' ? undefined : await optimiseLatents(loaded.generator, loaded.parameters, batch, { start: encoded ?? loaded.meanLatent, space, steps, learningRate, fitNoise: fitNoise === 'fit', rng: rng.fork('optimise', start), signal, ...{ pixelWeight, perceptualWeight, identityWeight }, ...(eyes && { perceptual: eyes }), onStep: (step) => progress.update((start / batchSize) * steps + step) });
      const made = [...(optimised ? [optimised.latents, ...optimised.noise] : []), ...(encoded ? [encoded] : [])];
      if (optimised && optimised.steps < steps) {
        disposeTensors([batch, ...made]); // interrupted: these images are not inverted yet
        break;
      }
      const latents = (optimised?.latents ?? encoded) as Tensor3D;
      const reconstructed = await toPictures(loaded.generator.synthesise(loaded.parameters, latents, optimised?.noise.length ? { noise: optimised.noise } : {}));
      const originals = await toPictures(batch);
      disposeTensors(made);
      for (const folder of PICTURE_FOLDERS) await mkdir(join(out, folder), { recursive: true });
      for (const [index, name] of names.entries()) {
        const [original, reconstruction] = [originals[index] as Float32Array, reconstructed[index] as Float32Array];
        const difference = differencePicture(original, reconstruction);
        for (const [folder, picture] of Object.entries({ original, reconstruction, difference })) await atomicWrite(join(out, folder, `${name}.png`), pictureFile(picture));
        const record = targets.records[start + index];
        images.push({ name, image: record?.path ?? null, patient: pseudonym(record?.patient), comparison: compareImages(original, reconstruction, side), mean: compareImages(original, floor, side) });
        if (grid.length < SHOWN) grid.push([original, reconstruction, difference]);
      }
      progress.update((start / batchSize + 1) * stepsOfBatch, `${images.length} of ${targets.names.length} images`);
    }
    progress.finish();
    if (images.length === 0) throw new Interrupted('Interrupted before an image was inverted');
    const summarise = (comparisons: readonly ImageComparison[]): ReturnType<typeof summariseColumns> => summariseColumns(columnsOf(comparisons), images.map(({ patient }) => patient), { rng: rng.fork('bootstrap'), ...BOOTSTRAP });
    const [summary, meanLatent] = [summarise(images.map(({ comparison }) => comparison)), summarise(images.map(({ mean }) => mean))];
    const { out: _, ...config } = options;
    await writeJson(join(out, 'metrics.json'), { format: INVERTED_FORMAT, options: config, generatorStep: loaded.details.step, images: images.length, leak, summary, meanLatent, perImage: images.map(({ name, image, patient, comparison }) => ({ name, image, patient: patient ?? null, ...comparison })) });
    await atomicWrite(join(out, MEAN_PICTURE), pictureFile(floor));
    await atomicWrite(join(out, 'grid.png'), imageGrid([0, 1, 2].flatMap((row) => grid.map((column) => column[row] as Float32Array)), { side, columns: grid.length }));
    done = true;
    const [own, base] = [summary['psnr.median']?.value as number, meanLatent['psnr.median']?.value as number];
    terminal.print(`${images.length} images: median PSNR ${own.toFixed(2)} dB, that of the mean image ${base.toFixed(2)} dB; pictures and metrics.json are in ${out}. A reconstruction may lose or invent findings: it is no medical image`);
    disposeTensors(...(inverter ? [inverter.parameters, inverter.statistics] : []), ...(eyes ? [eyes.parameters, eyes.statistics] : []));
    if (images.length < targets.names.length) throw new Interrupted(`Interrupted after ${images.length} of ${targets.names.length} images`);
  } finally {
    await pool.close();
    disposeTensors(loaded.parameters, [loaded.meanLatent]);
    if (!done) await withdraw();
  }
}

/** @throws {UsageError} If options contradict one another, or one was given that has no effect. */
function requireFitting({ data, drawn, count, method, encoder, perceptual }: InvertRunOptions, given: Readonly<Record<string, unknown>>): void {
  if ((data === undefined) === (drawn === undefined)) throw new UsageError('Cannot invert images as either --data or --drawn must say which');
  if ((method === 'optimise') !== (encoder === undefined)) throw new UsageError(method === 'optimise' ? 'Cannot take --encoder with --method optimise, which needs none: choose encode or hybrid' : `Cannot use --method ${method} without an encoder: give --encoder <run of invert train>`);
  if (drawn !== undefined && count !== undefined) throw new UsageError('Cannot take --count with --drawn, which says how many: leave it out');
  const idle = method === 'encode' ? OF_OPTIMISATION.find((name) => given[name] !== undefined) : undefined;
  if (idle !== undefined) throw new UsageError(`Cannot take ${flagOf(idle)} with --method encode, which optimises nothing: leave it out, or choose hybrid`);
  if (data === undefined && perceptual === 'random') throw new UsageError('Cannot set the statistics of a random encoder without radiographs: give --data');
}
