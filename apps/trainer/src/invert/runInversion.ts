import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { optimiseLatents } from '@cxr-ifa/gan-inversion';
import { broadcastLatents } from '@cxr-ifa/stylegan2';
import { createRng, disposeTensors, type Rng } from '@cxr-ifa/tensor';
import { concat, reshape, tidy, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { requireTrainingBackend, selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import { randomLatents } from '../gan/drawImages.ts';
import { imagesAsTensor } from '../gan/ganBatches.ts';
import { loadGenerator, type LoadedGenerator } from '../gan/loadGenerator.ts';
import { toPictures } from '../gan/toPictures.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { InvertRunOptions } from '../options/invertRunOptions.ts';
import { encodeGrayPng } from '../output/encodeGrayPng.ts';
import { imageGrid } from '../output/imageGrid.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { Interrupted } from '../run/interruption.ts';
import { openImages } from '../run/openImages.ts';
import { claimFolder, writeJson } from '../run/runDirectory.ts';
import { UsageError } from '../usageError.ts';
import { compareImages, summariseComparisons, type ImageComparison } from './compareImages.ts';
import { loadInversion } from './inversionFile.ts';
import { openPerceptual } from './openPerceptual.ts';

const FOLDERS = ['original', 'reconstruction', 'difference'] as const;
/** Images in the grid. */
const SHOWN = 16;

interface Targets {
  readonly names: readonly string[];
  /** From -1 to 1, for as many names; the caller disposes of it. */
  batch(start: number, count: number): Tensor4D;
}

/**
 * Inverts images with a trained generator: `original/`, `reconstruction/` and `difference/` PNGs of equal names, `grid.png`, `metrics.json`.
 *
 * @throws {InputError} If generator, encoder or images cannot be used.
 * @throws {UsageError} If options contradict one another.
 * @throws {Interrupted} If the signal asked to stop; the images that were inverted are written.
 */
export async function runInversion(options: InvertRunOptions, { terminal }: CommandContext, signal: AbortSignal): Promise<void> {
  const { gan, data, drawn, method, encoder, perceptual, batchSize, seed, out } = options;
  if ((data === undefined) === (drawn === undefined)) throw new UsageError('Cannot invert images as either --data or --drawn must say which');
  if ((method === 'optimise') !== (encoder === undefined)) throw new UsageError(method === 'optimise' ? 'Cannot take --encoder with --method optimise, which needs none: choose encode or hybrid' : `Cannot use --method ${method} without an encoder: give --encoder <run of invert train>`);
  if (drawn !== undefined && options.count !== undefined) throw new UsageError('Cannot take --count with --drawn, which says how many: leave it out');
  if (data === undefined && perceptual === 'random') throw new UsageError('Cannot set the statistics of a random encoder without radiographs: give --data');
  const withdraw = await claimFolder(out);
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = await loadGenerator(gan);
  const side = loaded.generator.resolution;
  const rng = createRng(seed);
  const pool = createWorkerPool(options.workers);
  let done = false;
  try {
    const cache = data === undefined ? undefined : await openImages({ ...options, data, ...loaded.preparation }, out, { pool, terminal, signal, onSelected: () => undefined });
    const targets = cache ? realTargets(cache, options.count, rng) : drawnTargets(loaded, drawn as number, rng);
    const eyes = await openPerceptual(perceptual, { cache, seed, terminal });
    const inverter = encoder === undefined ? undefined : await loadInversion(encoder, loaded.generator);
    const { space, steps, learningRate, fitNoise, pixelWeight, perceptualWeight, identityWeight } = options;

    const images: { name: string; comparison: ImageComparison; mean: ImageComparison }[] = [];
    const grid: Float32Array[][] = [];
    const progress = terminal.progress('Inverting', targets.names.length, 'images');
    const meanImage = (await toPictures(tidy(() => loaded.generator.synthesise(loaded.parameters, broadcastLatents(reshape(loaded.meanLatent, [1, -1]), loaded.generator)))))[0] as Float32Array;
    for (let start = 0; start < targets.names.length && !signal.aborted; start += batchSize) {
      const names = targets.names.slice(start, start + batchSize);
      const batch = targets.batch(start, names.length);
      const encoded = inverter && tidy(() => inverter.inversion.invert(inverter.parameters, inverter.statistics, batch, loaded.meanLatent).latents);
      const optimised = method === 'encode' ? undefined : await optimiseLatents(loaded.generator, loaded.parameters, batch, { start: encoded ?? loaded.meanLatent, space, steps, learningRate, fitNoise: fitNoise === 'fit', rng: rng.fork('optimise', start), signal, ...{ pixelWeight, perceptualWeight, identityWeight }, ...(eyes && { perceptual: eyes }), onStep: (step) => progress.update(start + (names.length * step) / steps) });
      const made = [...(optimised ? [optimised.latents, ...optimised.noise] : []), ...(encoded ? [encoded] : [])];
      if (optimised && optimised.steps < steps) {
        disposeTensors([batch, ...made]); // interrupted: these images are not inverted yet
        break;
      }
      const latents = (optimised?.latents ?? encoded) as Tensor3D;
      const reconstructed = await toPictures(loaded.generator.synthesise(loaded.parameters, latents, optimised?.noise.length ? { noise: optimised.noise } : {}));
      const originals = await toPictures(batch);
      disposeTensors(made);
      for (const folder of FOLDERS) await mkdir(join(out, folder), { recursive: true });
      for (const [index, name] of names.entries()) {
        const [original, reconstruction] = [originals[index] as Float32Array, reconstructed[index] as Float32Array];
        const difference = original.map((value, pixel) => 0.5 + ((reconstruction[pixel] as number) - value) / 2); // grey where they agree
        for (const [folder, picture] of Object.entries({ original, reconstruction, difference })) await atomicWrite(join(out, folder, `${name}.png`), encodeGrayPng(picture.map((value) => 255 * value), side, side));
        images.push({ name, comparison: compareImages(original, reconstruction, side), mean: compareImages(original, meanImage, side) });
        if (grid.length < SHOWN) grid.push([original, reconstruction, difference]);
      }
      progress.update(images.length);
    }
    progress.finish();
    if (images.length === 0) throw new Interrupted('Interrupted before an image was inverted');
    const summary = summariseComparisons(images.map(({ comparison }) => comparison), rng.fork('bootstrap'));
    const meanLatent = summariseComparisons(images.map(({ mean }) => mean), rng.fork('bootstrap'));
    const { out: _, ...config } = options;
    await writeJson(join(out, 'metrics.json'), { options: config, generatorStep: loaded.details.step, images: images.length, summary, meanLatent, perImage: images.map(({ name, comparison }) => ({ name, ...comparison })) });
    await atomicWrite(join(out, 'grid.png'), imageGrid([0, 1, 2].flatMap((row) => grid.map((column) => column[row] as Float32Array)), { side, columns: grid.length }));
    done = true;
    const [own, base] = [summary['psnr.median']?.value as number, meanLatent['psnr.median']?.value as number];
    terminal.print(`${images.length} images: median PSNR ${own.toFixed(2)} dB, that of the mean image ${base.toFixed(2)} dB; pictures and metrics.json are in ${out}. A reconstruction may lose or invent findings: it is no medical image`);
    disposeTensors(...(eyes ? [eyes.parameters, eyes.statistics] : []), ...(inverter ? [inverter.parameters, inverter.statistics] : []));
    if (images.length < targets.names.length) throw new Interrupted(`Interrupted after ${images.length} of ${targets.names.length} images`);
  } finally {
    await pool.close();
    disposeTensors(loaded.parameters, [loaded.meanLatent]);
    if (!done) await withdraw();
  }
}

function realTargets(cache: Parameters<typeof imagesAsTensor>[0], count: number | undefined, rng: Rng): Targets {
  const all = cache.manifest.images.map((_, index) => index);
  const chosen = count === undefined ? all : [...rng.fork('images').permutation(all.length)].slice(0, count).sort((a, b) => a - b);
  const names = chosen.map((index, row) => `${String(row).padStart(5, '0')}-${basename(cache.manifest.images[index] as string).replace(/\.[^.]*$/, '')}`);
  return { names, batch: (start, size) => imagesAsTensor(cache, chosen.slice(start, start + size)) };
}

/** Each image has latents and no noise: what the generator draws of w alone. */
function drawnTargets(loaded: LoadedGenerator, count: number, rng: Rng): Targets {
  const names = Array.from({ length: count }, (_, index) => `${String(index).padStart(5, '0')}-drawn`);
  return { names, batch: (start, size) => tidy(() => loaded.generator.synthesise(loaded.parameters, concat(Array.from({ length: size }, (_, index) => randomLatents(loaded, rng.fork('drawn', start + index), 1))))) };
}
