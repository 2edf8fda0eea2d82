import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { add, concat, mul, slice, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { mixStyles } from '@cxr-ifa/stylegan2';
import { createRng, disposeTensors, type Rng } from '@cxr-ifa/tensor';
import { selectBackend } from '../backend/selectBackend.ts';
import type { CommandContext } from '../commands/command.ts';
import type { GanSampleOptions } from '../options/ganSampleOptions.ts';
import { encodeGrayPng } from '../output/encodeGrayPng.ts';
import { imageGrid } from '../output/imageGrid.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { claimFolder } from '../run/runDirectory.ts';
import { drawImages, drawLatentImages, randomLatents, type Drawer } from './drawImages.ts';
import { loadGenerator } from './loadGenerator.ts';

/** Images in the grid. */
const SHOWN = 64;
const ROWS = 6;
const COLUMNS = 8;

/**
 * Draws images with a trained generator: each by itself, all in one grid, and two pictures of the latent space: interpolations and mixed styles.
 *
 * @throws {InputError} If the run cannot be read.
 */
export async function sampleGan({ run, out, count, truncation, batchSize, seed, ...options }: GanSampleOptions, { terminal }: CommandContext): Promise<void> {
  await claimFolder(out);
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = await loadGenerator(run);
  const side = loaded.generator.resolution;
  const rng = createRng(seed);
  try {
    await mkdir(join(out, 'images'), { recursive: true });
    const shown: Float32Array[] = []; // no more: all of them need not fit into memory
    let drawn = 0;
    const progress = terminal.progress('Drawing', count, 'images');
    for await (const picture of drawImages(loaded, rng.fork('images'), { count, truncation, batchSize })) {
      await atomicWrite(join(out, 'images', `${String(drawn).padStart(6, '0')}.png`), encodeGrayPng(picture.map((value) => 255 * value), side, side));
      if (shown.length < SHOWN) shown.push(picture);
      progress.update(++drawn);
    }
    progress.finish();
    await atomicWrite(join(out, 'grid.png'), imageGrid(shown, { side, columns: COLUMNS }));
    await atomicWrite(join(out, 'interpolation.png'), imageGrid(await interpolate(loaded, rng.fork('interpolation'), truncation), { side, columns: COLUMNS }));
    await atomicWrite(join(out, 'mixing.png'), imageGrid(await mix(loaded, rng.fork('mixing'), truncation), { side, columns: COLUMNS }));
    terminal.print(`${count} images are in ${join(out, 'images')}; beside them grid.png, interpolation.png, mixing.png. They show no patient and are no medical images`);
  } finally {
    disposeTensors(loaded.parameters, [loaded.meanLatent]);
  }
}

/** Each row goes from one image to another in equal steps of w. */
async function interpolate(drawer: Drawer, rng: Rng, truncation: number): Promise<Float32Array[]> {
  const latents = tidy(() => {
    const [from, to] = [randomLatents(drawer, rng, ROWS, truncation), randomLatents(drawer, rng, ROWS, truncation)];
    const rows = Array.from({ length: ROWS }, (_, row) => Array.from({ length: COLUMNS }, (_, column) => add<Tensor3D>(mul(slice(from, row, 1), 1 - column / (COLUMNS - 1)), mul(slice(to, row, 1), column / (COLUMNS - 1)))));
    return concat(rows.flat());
  });
  return drawAndDispose(drawer, latents, rng);
}

/** The first row and column are images; the others have the column's fine styles on the row's coarse ones. The corner is the mean image. */
async function mix(drawer: Drawer, rng: Rng, truncation: number): Promise<Float32Array[]> {
  const crossover = Math.max(1, Math.floor(drawer.generator.styles / 2));
  const latents = tidy(() => {
    const [coarse, fine] = [randomLatents(drawer, rng, ROWS - 1, truncation), randomLatents(drawer, rng, COLUMNS - 1, truncation)];
    const corner = randomLatents(drawer, rng, 1, 0);
    const rows = Array.from({ length: ROWS - 1 }, (_, row) => [slice(coarse, row, 1), ...Array.from({ length: COLUMNS - 1 }, (_, column) => mixStyles(slice(coarse, row, 1), slice(fine, column, 1), crossover))]);
    return concat([corner, fine, ...rows.flat()]);
  });
  return drawAndDispose(drawer, latents, rng);
}

async function drawAndDispose(drawer: Drawer, latents: Tensor3D, rng: Rng): Promise<Float32Array[]> {
  try {
    return await drawLatentImages(drawer, latents, rng);
  } finally {
    latents.dispose();
  }
}
