import { optimiseLatents, type FrozenEncoder } from '@cxr-ifa/gan-inversion';
import { disposeTensors, type Rng } from '@cxr-ifa/tensor';
import { tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import type { LoadedGenerator } from '../../gan/loadGenerator.ts';
import { toPictures } from '../../gan/toPictures.ts';
import type { loadInversion } from '../../invert/inversionFile.ts';
import type { Targets } from '../../invert/inversionTargets.ts';
import type { InversionOptions } from '../../options/inversionOptions.ts';
import { Interrupted } from '../../run/interruption.ts';
import type { Terminal } from '../../terminal.ts';
import type { PerceptualRow } from './perceptualRows.ts';
import type { ReconstructionCell, ReconstructionStore } from './reconstructionStore.ts';

/** What all rows share. */
export interface InvertRowContext {
  readonly loaded: LoadedGenerator;
  readonly targets: Targets;
  /** The encoder that latents begin with, and what it is known by. */
  readonly inverter: (Awaited<ReturnType<typeof loadInversion>> & { readonly key: string }) | undefined;
  readonly store: ReconstructionStore;
  /** Only forked: by the batch, so that all rows have the same noise. */
  readonly rng: Rng;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** The latents that all rows begin with, [N, L, D], for a batch of images; undefined where that is the mean latent. */
export function startOf({ inverter, loaded, targets }: Pick<InvertRowContext, 'inverter' | 'loaded' | 'targets'>, start: number, count: number): Tensor3D | undefined {
  return inverter && tidy(() => inverter.inversion.invert(inverter.parameters, inverter.statistics, targets.batch(start, count), loaded.meanLatent).latents); // the batch goes with the tidy
}

/**
 * Inverts all images with one perceptual encoder, batch by batch; finished batches are found in the store.
 *
 * @param open Opens the encoder, if there is anything to do.
 * @throws {Interrupted} If the signal asked to stop; finished batches are kept.
 */
export async function invertRow({ name, key }: PerceptualRow, options: InversionOptions, context: InvertRowContext, open: () => Promise<FrozenEncoder | undefined>): Promise<ReconstructionCell[]> {
  const { loaded, targets, inverter, store, rng, terminal, signal } = context;
  const { batchSize, space, steps, learningRate, fitNoise, pixelWeight, perceptualWeight, identityWeight } = options;
  const weights = { pixelWeight, perceptualWeight, identityWeight };
  const settings = { space, steps, learningRate, fitNoise, pixelWeight, ...(key !== 'none' && weights) }; // without an encoder its weights decide nothing
  const count = targets.names.length;
  const cells: ReconstructionCell[] = [];
  let eyes: FrozenEncoder | undefined;
  let opened = false;
  const progress = terminal.progress(`Inverting with ${name}`, Math.ceil(count / batchSize) * steps, 'steps');
  try {
    for (let start = 0; start < count; start += batchSize) {
      const images = targets.records.slice(start, start + batchSize).map((record) => record?.path ?? '');
      const own = { perceptual: key, start: inverter?.key ?? null, images, settings };
      const found = store.find(own);
      if (found) {
        cells.push(found);
        continue;
      }
      if (!opened) [eyes, opened] = [await open(), true];
      const before = performance.now();
      const batch = targets.batch(start, images.length);
      const encoded = startOf(context, start, images.length);
      try {
        const { latents, noise, loss, steps: taken } = await optimiseLatents(loaded.generator, loaded.parameters, batch, { start: encoded ?? loaded.meanLatent, space, steps, learningRate, fitNoise: fitNoise === 'fit', rng: rng.fork('optimise', start), signal, ...weights, ...(eyes && { perceptual: eyes }), onStep: (step) => progress.update((start / batchSize) * steps + step) });
        const pictures = taken < steps ? undefined : await toPictures(loaded.generator.synthesise(loaded.parameters, latents, noise.length > 0 ? { noise } : {}));
        disposeTensors([latents, ...noise]);
        if (!pictures) throw new Interrupted(`Interrupted while images were inverted with ${name}; the same command goes on`);
        cells.push(await store.add(own, { name, images, steps, loss, seconds: (performance.now() - before) / 1000 }, pictures));
      } finally {
        disposeTensors([batch, ...(encoded ? [encoded] : [])]);
      }
    }
    return cells;
  } finally {
    progress.finish();
    if (eyes) disposeTensors(eyes.parameters, eyes.statistics);
  }
}
