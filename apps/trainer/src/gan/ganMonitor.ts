import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFeatures, type Features } from '@cxr-ifa/heads/classification';
import { kernelInceptionDistance, type KernelDistance } from '@cxr-ifa/metrics';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { openSettledEncoder } from '../encode/openSettledEncoder.ts';
import { pictureBatches } from '../encode/pictureBatches.ts';
import { readCachedImage, type ImageCache } from '../input/imageCache.ts';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';
import { imageGrid } from '../output/imageGrid.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import type { Terminal } from '../terminal.ts';
import { drawImages, type Drawer } from './drawImages.ts';

/** Looks at what a generator draws. */
export interface GanMonitor {
  /** Writes a grid of samples, and returns how far generated images are from held-out ones. */
  look(drawer: Drawer, step: number): Promise<KernelDistance>;
  dispose(): void;
}

/** What {@link createGanMonitor} works with. */
export interface GanMonitorContext {
  readonly folder: string;
  /** The images that are trained on, and those to compare with. */
  readonly training: ImageCache;
  readonly heldOut: ImageCache;
  readonly terminal: Terminal;
}

/** As many a distance between two sets needs of each: two for each of its blocks. */
export const FEWEST_COMPARED = 40;
const GRID = 8;

/**
 * Prepares the monitor: features of held-out images by an encoder that stays as it is.
 *
 * @throws {InputError} If the encoder cannot be read.
 */
export async function createGanMonitor(options: GanTrainOptions, { folder, training, heldOut, terminal }: GanMonitorContext): Promise<GanMonitor> {
  const { monitorEncoder, monitorImages, imageSize, seed } = options;
  const rng = createRng(seed).fork('monitor');
  const { encoder, parameters, statistics, preprocessing } = await openSettledEncoder({ init: monitorEncoder, seed }, { cache: training, terminal, rng });
  const see = (pictures: Iterable<Float32Array>): Promise<Features> => extractFeatures(encoder, parameters, statistics, pictureBatches(pictures, preprocessing));
  const count = Math.min(monitorImages, heldOut.manifest.images.length);
  const chosen = [...rng.fork('real').permutation(heldOut.manifest.images.length)].slice(0, count);
  const real = await see(chosen.map((index) => readCachedImage(heldOut.locate(index))));
  return {
    async look(drawer, step) {
      const pictures: Float32Array[] = [];
      for await (const picture of drawImages(drawer, rng.fork('latents'), { count: monitorImages })) pictures.push(picture); // the same latents at every step
      await mkdir(join(folder, 'samples'), { recursive: true });
      await atomicWrite(join(folder, 'samples', `step-${String(step).padStart(8, '0')}.png`), imageGrid(pictures.slice(0, GRID ** 2), { side: imageSize, columns: GRID }));
      const features = await see(pictures);
      return kernelInceptionDistance(real, features, { rng: rng.fork('blocks') });
    },
    dispose: () => disposeTensors(parameters, statistics),
  };
}
