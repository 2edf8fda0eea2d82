import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storedToTensors, type EncoderTable, type Preprocessing } from '@cxr-ifa/checkpoint';
import { createRetinaNet, type Detector, type DetectorSnapshot, type DetectorTraining } from '@cxr-ifa/heads/detection';
import { createRng, createVariables, disposeTensors, InputError, noRandomness, requireTensors, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { latestCheckpoint, readCheckpoint, saveCheckpoint } from '../run/checkpointFile.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { writeJson } from '../run/runDirectory.ts';

/** What `detector.json` says: all that makes a detector of a run's checkpoint. */
const detectorSchema = z.object({
  format: z.literal('cxr-ifa-detector-1'),
  findings: z.array(z.string()).min(1),
  channels: z.int().positive(),
  depth: z.int().nonnegative(),
  anchorSize: z.number().positive(),
  /** The encoder's stages in the pyramid, finest first; those of stride 8, 16 and 32 in files that do not say. */
  stages: z.array(z.string()).min(1).optional(),
});
export type DetectorTable = z.output<typeof detectorSchema>;

const FILE = 'detector.json';
/** What the detector's own parameters begin with in a checkpoint; the encoder's are where every command looks for them. */
const OWN = 'detector.';

/** Makes the detector that a table describes. */
export function detectorOf(encoder: Encoder, { findings, channels, depth, anchorSize, stages }: DetectorTable): Detector {
  return createRetinaNet({ encoder, findings: findings.length, channels, depth, anchorSize, ...(stages && { stages }) });
}

/** What the names of a training's snapshot begin with, and of a checkpoint; the optimiser's slots are called the same in both. */
const PREFIXES: readonly (readonly [snapshot: RegExp, file: string])[] = [
  [/^detector\.(?=fpn\.|head\.)/, OWN],
  [/^detector\./, 'encoder_q.'],
  [/^statistics\./, 'statistics_q.'],
];
function inFile(name: string): string {
  const [snapshot, file] = PREFIXES.find(([prefix]) => prefix.test(name)) ?? [/^/, ''];
  return name.replace(snapshot, file);
}
function inSnapshot(name: string): string {
  return name.replace(/^encoder_q\./, 'detector.').replace(/^statistics_q\./, 'statistics.');
}

/** Writes what a detector consists of, before it learns anything. */
export function saveDetectorTable(run: string, table: DetectorTable): Promise<void> {
  return writeJson(join(run, FILE), table);
}

/** What a checkpoint of a detector says of its run. */
export interface DetectorCheckpointDetails {
  readonly encoder: EncoderTable;
  readonly preprocessing: Preprocessing;
  readonly optimizer: 'adamw' | 'sgd';
  readonly epoch: number;
  readonly seed: number;
}

/** Writes a checkpoint of a run, from which it can go on. It is one of an encoder too: another command may take it for --init. */
export async function saveDetector(run: string, training: Pick<DetectorTraining, 'snapshot'>, { seed, ...details }: DetectorCheckpointDetails): Promise<void> {
  const { tensors, state } = training.snapshot();
  const named = new Map([...tensors].map(([name, tensor]) => [inFile(name), tensor] as const));
  const { key, counter } = createRng(seed).state();
  await saveCheckpoint(join(run, 'checkpoints'), named, { ...state, ...details, queuePointer: 0, randomState: { key: [...key] as [number, number], counter }, sampler: { epoch: details.epoch, position: 0, images: 0 } }, 1);
}

/** What a run of `detect train` goes on from: its last checkpoint, or `undefined` before the first. The tensors belong to the caller. */
export async function readDetectorSnapshot(run: string): Promise<DetectorSnapshot | undefined> {
  if ((await latestCheckpoint(run)) === undefined) return undefined;
  const { tensors, details } = await readCheckpoint(run);
  if (!details) throw new InputError(`Cannot resume ${run} as its checkpoint does not say of which step it is`);
  return { tensors: storedToTensors(new Map([...tensors].map(([name, tensor]) => [inSnapshot(name), tensor]))), state: { step: details.step, optimizerStep: details.optimizerStep } };
}

/** @throws {InputError} If the folder is no run of `detect train`. */
export async function readDetectorTable(run: string): Promise<DetectorTable> {
  const text = await readFile(join(run, FILE), 'utf8').catch((error: Error) => {
    throw new InputError(`Cannot load the detector of ${run} as it has no ${FILE}: is it the folder of a detect train run?`, { cause: error });
  });
  const parsed = detectorSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new InputError(`Cannot load the detector of ${run} as its ${FILE} is damaged or of another version`);
  return parsed.data;
}

/** A trained detector; parameters and statistics belong to the caller. */
export interface LoadedDetector {
  readonly detector: Detector;
  readonly table: DetectorTable;
  readonly parameters: Parameters;
  readonly statistics: Statistics;
  readonly preprocessing: Preprocessing;
}

/** @throws {InputError} If the folder is no run of `detect train`, or has no checkpoint yet. */
export async function loadDetector(run: string): Promise<LoadedDetector> {
  const table = await readDetectorTable(run);
  const loaded = await loadEncoder(run);
  const detector = detectorOf(loaded.encoder, table);
  const { tensors } = await readCheckpoint(run);
  const found = storedToTensors(new Map([...tensors].filter(([name]) => name.startsWith(OWN)).map(([name, tensor]) => [name.slice(OWN.length), tensor])));
  const expected = detector.initialise(noRandomness);
  try {
    requireTensors(`load the detector of ${run}`, found, expected);
    const own = createVariables(() => [...expected.keys()].map((name) => [name, clone(found.get(name) as Tensor)] as const));
    return { detector, table, parameters: new Map([...loaded.parameters, ...own]), statistics: loaded.statistics, preprocessing: loaded.preprocessing };
  } catch (error) {
    disposeTensors(loaded.parameters, loaded.statistics);
    throw error;
  } finally {
    disposeTensors(found, expected);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which fits no schema
  }
}
