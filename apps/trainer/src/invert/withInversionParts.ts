import type { FrozenEncoder } from '@cxr-ifa/gan-inversion';
import { disposeTensors, type ImageRecord } from '@cxr-ifa/tensor';
import { requireTrainingBackend, selectBackend, type SelectedBackend } from '../backend/selectBackend.ts';
import { loadGenerator, type LoadedGenerator } from '../gan/loadGenerator.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { InvertTrainOptions } from '../options/invertTrainOptions.ts';
import { openImages } from '../run/openImages.ts';
import type { Terminal } from '../terminal.ts';
import { generatorId } from './generatorId.ts';
import { openPerceptual } from './openPerceptual.ts';

/** What an encoder is trained with, but for itself. */
export interface InversionParts {
  readonly backend: SelectedBackend;
  readonly loaded: LoadedGenerator;
  /** {@link generatorId} of it. */
  readonly generator: string;
  readonly cache: ImageCache;
  /** What is known of the images, where they are not prepared ones. */
  readonly records: readonly ImageRecord[];
  readonly eyes: FrozenEncoder | undefined;
}

/** Selects the backend, loads generator and perceptual encoder, prepares the images, and gives them to `work`; what they hold is freed after it. @throws {InputError} If one of them cannot be used. */
export async function withInversionParts(options: InvertTrainOptions & { readonly gan: string; readonly data: string }, folder: string, { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal }, work: (parts: InversionParts) => Promise<void>): Promise<void> {
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const loaded = await loadGenerator(options.gan);
  const pool = createWorkerPool(options.workers);
  let eyes: FrozenEncoder | undefined;
  try {
    let records: readonly ImageRecord[] = [];
    const cache = await openImages({ ...options, ...loaded.preparation }, folder, { pool, terminal, signal, onSelected: (_, selected = []) => void (records = selected) });
    eyes = await openPerceptual(options.perceptual, { cache, seed: options.seed, terminal });
    await work({ backend, loaded, generator: await generatorId(loaded), cache, records, eyes });
  } finally {
    await pool.close();
    disposeTensors(loaded.parameters, [loaded.meanLatent], ...(eyes ? [eyes.parameters, eyes.statistics] : []));
  }
}
