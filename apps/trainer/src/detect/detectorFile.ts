import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storedToTensors, type EncoderTable, type Preprocessing } from '@cxr-ifa/checkpoint';
import { createRetinaNet, type Detector, type DetectorTraining } from '@cxr-ifa/heads/detection';
import { createRng, createVariables, disposeTensors, InputError, noRandomness, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { readCheckpoint, saveCheckpoint } from '../run/checkpointFile.ts';
import { loadEncoder } from '../run/loadEncoder.ts';
import { writeJson } from '../run/runDirectory.ts';

/** What `detector.json` says: all that makes a detector of a run's checkpoint. */
const detectorSchema = z.object({
  format: z.literal('cxr-ifa-detector-1'),
  findings: z.array(z.string()).min(1),
  channels: z.int().positive(),
  depth: z.int().nonnegative(),
  anchorSize: z.number().positive(),
});
export type DetectorTable = z.output<typeof detectorSchema>;

const FILE = 'detector.json';
/** What the detector's own parameters begin with in a checkpoint; the encoder's are where every command looks for them. */
const OWN = 'detector.';

/** Makes the detector that a table describes. */
export function detectorOf(encoder: Encoder, { findings, channels, depth, anchorSize }: DetectorTable): Detector {
  return createRetinaNet({ encoder, findings: findings.length, channels, depth, anchorSize });
}

/** Writes a detector into its run. The checkpoint is one of an encoder too: another command may take it for --init. */
export async function saveDetector(run: string, { model, step }: Pick<DetectorTraining, 'model' | 'step'>, { encoder, preprocessing, seed, detector }: { readonly encoder: EncoderTable; readonly preprocessing: Preprocessing; readonly seed: number; readonly detector: DetectorTable }): Promise<void> {
  const isOwn = (name: string): boolean => name.startsWith('fpn.') || name.startsWith('head.');
  const tensors = new Map<string, Tensor>([
    ...[...model.parameters].map(([name, tensor]) => [`${isOwn(name) ? OWN : 'encoder_q.'}${name}`, tensor] as const),
    ...[...model.statistics].map(([name, tensor]) => [`statistics_q.${name}`, tensor] as const),
  ]);
  const { key, counter } = createRng(seed).state();
  await saveCheckpoint(join(run, 'checkpoints'), tensors, { step, epoch: 0, queuePointer: 0, optimizerStep: step, randomState: { key: [...key] as [number, number], counter }, sampler: { epoch: 0, position: 0, images: 0 }, encoder, preprocessing }, 1);
  await writeJson(join(run, FILE), detector);
}

/** A trained detector; parameters and statistics belong to the caller. */
export interface LoadedDetector {
  readonly detector: Detector;
  readonly table: DetectorTable;
  readonly parameters: Parameters;
  readonly statistics: Statistics;
  readonly preprocessing: Preprocessing;
}

/** @throws {InputError} If the folder is no run of `detect train`. */
export async function loadDetector(run: string): Promise<LoadedDetector> {
  const text = await readFile(join(run, FILE), 'utf8').catch((error: Error) => {
    throw new InputError(`Cannot load the detector of ${run} as it has no ${FILE}: is it the folder of a detect train run that ended?`, { cause: error });
  });
  const parsed = detectorSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new InputError(`Cannot load the detector of ${run} as its ${FILE} is damaged or of another version`);
  const loaded = await loadEncoder(run);
  const detector = detectorOf(loaded.encoder, parsed.data);
  const { tensors } = await readCheckpoint(run);
  const found = storedToTensors(new Map([...tensors].filter(([name]) => name.startsWith(OWN)).map(([name, tensor]) => [name.slice(OWN.length), tensor])));
  const expected = detector.initialise(noRandomness);
  try {
    for (const [name, { shape }] of expected) {
      const tensor = found.get(name);
      if (tensor?.shape.join() !== shape.join()) throw new InputError(`Cannot load the detector of ${run} as ${name} must have shape [${shape.join(', ')}]: ${tensor ? `current shape is [${tensor.shape.join(', ')}]` : 'it is missing'}`);
    }
    const own = createVariables(() => [...expected.keys()].map((name) => [name, clone(found.get(name) as Tensor)] as const));
    return { detector, table: parsed.data, parameters: new Map([...loaded.parameters, ...own]), statistics: loaded.statistics, preprocessing: loaded.preprocessing };
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
