import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy, type Preprocessing } from '@cxr-ifa/checkpoint';
import type { Features } from '@cxr-ifa/heads/classification';
import { CXR_NORMALISATION, resize } from '@cxr-ifa/transforms';
import { createRng, InputError, type Rng } from '@cxr-ifa/tensor';
import { SIZE } from '../../data/makeThumbnail.ts';
import { encodeImages } from '../../encode/encodeImages.ts';
import { openEncoder, type OpenedEncoder } from '../../encode/openEncoder.ts';
import type { PreparedRecords } from '../../encode/prepareRecords.ts';
import { settleStatistics } from '../../encode/settleStatistics.ts';
import { readCachedImage } from '../../input/imageCache.ts';
import { preparationOf } from '../../input/preparation.ts';
import type { ScarcityOptions } from '../../options/experimentOptions.ts';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { readCheckpoint } from '../../run/checkpointFile.ts';
import { hashFile } from '../../run/hashFile.ts';
import type { Terminal } from '../../terminal.ts';
import { UsageError } from '../../usageError.ts';
import { principalComponents } from './principalComponents.ts';

/** One of the encoders that an experiment compares. */
export interface ExperimentEncoder {
  readonly name: string;
  /** A run or checkpoint; undefined for a random encoder and for components. */
  readonly checkpoint: string | undefined;
  /** The random encoder's seed; undefined for others. */
  readonly seed: number | undefined;
  /** What it is, whatever its name and path: equal keys give equal features. */
  readonly key: string;
}

const COMPONENTS = 'components';
const COUNT = 60;

/**
 * Reads `--init`: NAME=PATH, NAME=random, NAME=random:SEED, random or components.
 *
 * @throws {UsageError} If one has no name, or two have the same.
 * @throws {InputError} If a checkpoint cannot be read.
 */
export async function readEncoders(inits: readonly string[], { arch, width, imageSize, clipPercentile, aspect, seed }: Pick<ScarcityOptions, 'arch' | 'width' | 'imageSize' | 'clipPercentile' | 'aspect' | 'seed'>): Promise<ExperimentEncoder[]> {
  const names = new Set<string>();
  const encoders: ExperimentEncoder[] = [];
  for (const init of inits) {
    const at = init.indexOf('=');
    const [name, value] = at < 0 ? [init, init] : [init.slice(0, at), init.slice(at + 1)];
    const random = /^random(?::(\d+))?$/.exec(value);
    if (name === '' || (at < 0 && !random && value !== COMPONENTS)) throw new UsageError(`Cannot compare encoders without names: give --init NAME=${value || 'RUN'}, random or components`);
    if (names.has(name)) throw new UsageError(`Cannot compare encoders of the same name: ${name} appears twice`);
    names.add(name);
    const shape = JSON.stringify({ clipPercentile, aspect, imageSize });
    if (value === COMPONENTS) encoders.push({ name, checkpoint: undefined, seed: undefined, key: `${COMPONENTS} ${COUNT} ${shape}` });
    else if (random) encoders.push({ name, checkpoint: undefined, seed: Number(random[1] ?? seed), key: `random ${random[1] ?? seed} ${arch} ${width} ${shape}` });
    else encoders.push({ name, checkpoint: value, seed: undefined, key: await hashFile((await readCheckpoint(value)).path) });
  }
  return encoders;
}

/** Opens an encoder; undefined for components. Parameters and statistics belong to the caller. */
export async function openExperimentEncoder({ checkpoint, seed }: ExperimentEncoder, options: ScarcityOptions): Promise<OpenedEncoder | undefined> {
  if (checkpoint !== undefined) return openEncoder({ ...options, init: checkpoint }, {});
  return seed === undefined ? undefined : openEncoder({ ...options, init: 'random', seed }, {});
}

/** How images are made ready for it. */
export function preprocessingOf(opened: OpenedEncoder | undefined, options: ScarcityOptions): Preprocessing {
  return opened?.preprocessing ?? { ...preparationOf(options), normalisation: { ...CXR_NORMALISATION } };
}

/** What {@link readFeatures} works with. */
export interface ReadFeaturesOptions {
  readonly folder: string;
  readonly prepared: PreparedRecords;
  readonly trainRows: readonly number[];
  readonly batchSize: number;
  readonly rng: Rng;
  readonly terminal: Terminal;
}

/**
 * The features of all records, from the experiment's folder where they are there already.
 *
 * @returns The features, and the encoder with its statistics settled, in place of the one that was given.
 */
export async function readFeatures({ key, seed }: ExperimentEncoder, given: OpenedEncoder | undefined, { folder, prepared, trainRows, batchSize, rng, terminal }: ReadFeaturesOptions): Promise<{ features: Features; opened: OpenedEncoder | undefined }> {
  const { cache, indices } = prepared;
  const id = createHash('sha256').update(JSON.stringify([key, cache.manifest.dataHash, indices, trainRows])).digest('hex').slice(0, 20);
  const path = join(folder, 'features', `${id}.npy`);
  const work = { cache, batchSize, terminal };
  const trainIndices = trainRows.map((row) => indices[row] as number);
  const opened = given && (await settleStatistics(given, trainIndices, { ...work, rng: seed === undefined ? rng : createRng(seed) }));
  const kept = await readFile(path).catch(() => undefined);
  if (kept) return { features: parseFeatures(path, kept), opened };
  const features = opened ? await encodeImages(opened, indices, work) : principalComponents(thumbnails(prepared), trainRows, { count: COUNT });
  await mkdir(join(folder, 'features'), { recursive: true });
  await atomicWrite(path, encodeNpy({ dtype: 'F32', shape: [features.count, features.dimension], data: features.data }));
  return { features, opened };
}

function parseFeatures(path: string, bytes: Uint8Array): Features {
  const { shape, data } = decodeNpy(bytes);
  const [count = 0, dimension = 0] = shape;
  if (!(data instanceof Float32Array) || shape.length !== 2) throw new InputError(`Cannot read the features ${path} as they must be float32 [images, dimensions]: delete the file to compute them anew`);
  return { data, count, dimension };
}

/** Prepared images as 32 x 32 pixels. */
function thumbnails({ cache, indices }: PreparedRecords): Features {
  const { imageSize } = cache.manifest.preparation;
  const data = new Float32Array(indices.length * SIZE ** 2);
  for (const [row, index] of indices.entries()) data.set(resize({ data: readCachedImage(cache.locate(index)), width: imageSize, height: imageSize, range: [0, 1] }, SIZE).data, row * SIZE ** 2);
  return { data, count: indices.length, dimension: SIZE ** 2 };
}
