import type { FindingLabels, FineTuneEpoch, LinearProbe } from '@cxr-ifa/heads/classification';
import { createVariables, disposeTensors, type Rng } from '@cxr-ifa/tensor';
import { clone, keep } from '@tensorflow/tfjs-core';
import { fitLinear } from '../classify/fitProbe.ts';
import { encodeImages } from '../encode/encodeImages.ts';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { fineTuneOptions, type FineTuneOptionValues, type IMBALANCE } from '../options/fineTuneOptions.ts';
import { Interrupted } from '../run/interruption.ts';
import type { Terminal } from '../terminal.ts';
import { fineTuneEncoder } from './fineTuneEncoder.ts';
import { fineTuneKey } from './fineTuneKey.ts';
import { fineTuneSnapshots } from './fineTuneSnapshots.ts';
import { openSource } from './openSource.ts';

/** Images of one split: where they are in the cache, their labels and patients. */
export interface LabelledImages {
  readonly indices: readonly number[];
  readonly findings: readonly FindingLabels[];
  readonly patients: readonly (string | undefined)[];
}

/** What {@link fineTuneImages} works with. */
export interface FineTuneImagesOptions extends FineTuneOptionValues {
  readonly imbalance: (typeof IMBALANCE)[number];
  readonly cache: ImageCache;
  readonly training: LabelledImages;
  readonly validation: LabelledImages | undefined;
  /** Images that are encoded at once where nothing is trained. */
  readonly batchSize: number;
  readonly rng: Rng;
  readonly terminal: Terminal;
  /** The run's folder, where each epoch is kept until the whole is done. */
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** A fine-tuned encoder, in place of the one that was given, and its head. */
export interface FineTunedImages {
  readonly opened: OpenedEncoder;
  readonly probe: LinearProbe;
  readonly log: readonly FineTuneEpoch[];
}

/**
 * Trains an encoder on with the labels of prepared images; the given one is taken over where this succeeds. What was interrupted before is gone on with.
 *
 * @throws {Interrupted} If the signal asked to stop; the epochs that were finished are kept in the folder.
 */
export async function fineTuneImages(given: OpenedEncoder, { cache, training, validation, batchSize, rng, terminal, folder, signal, ...options }: FineTuneImagesOptions): Promise<FineTunedImages> {
  const early = options.earlyStopping === undefined ? undefined : validation;
  const indices = [...training.indices, ...(early?.indices ?? [])];
  let head: LinearProbe | undefined;
  if (options.headStart === 'probe') {
    const features = await encodeImages(given, training.indices, { cache, batchSize, terminal });
    head = fitLinear({ ...training, features }, { rng: rng.fork('head'), classWeights: options.imbalance === 'none' || options.imbalance === 'focal' ? 'none' : 'balanced' }).probe;
  }
  const source = await openSource(given, indices, { ...options, batchSize, cache, terminal });
  const rows = (from: number, { findings, indices: own }: LabelledImages) => ({ rows: own.map((_, index) => from + index), findings });
  const snapshots = fineTuneSnapshots(folder, await fineTuneKey(given, { ...decidingOptions(options), data: cache.manifest.dataHash, training, validation: early, random: rng.state() }));
  const { tuner, log } = await fineTuneEncoder(given, { ...options, source, training: rows(0, training), validation: early && rows(training.indices.length, early), head, rng, terminal, snapshots, ...(signal && { signal }) });
  try {
    if (signal?.aborted) throw new Interrupted(`Interrupted: what was finished of the fine-tuning is kept in ${folder}; the same command goes on`);
    const { parameters, statistics } = tuner.trained;
    const copies = createVariables(() => [...parameters].map(([name, parameter]) => [name, clone(parameter)] as const));
    const opened = { ...given, parameters: copies, statistics: new Map([...statistics].map(([name, value]) => [name, keep(clone(value))])) };
    const probe = await tuner.probe();
    disposeTensors(given.parameters, given.statistics);
    return { opened, probe, log };
  } finally {
    tuner.dispose();
  }
}

/** Without what the caller's options hold besides, such as the backend. */
function decidingOptions(options: FineTuneOptionValues & Pick<FineTuneImagesOptions, 'imbalance'>): object {
  return { imbalance: options.imbalance, ...Object.fromEntries(Object.keys(fineTuneOptions).map((name) => [name, options[name as keyof FineTuneOptionValues]])) };
}
