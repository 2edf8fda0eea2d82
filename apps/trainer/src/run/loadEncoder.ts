import { storedToTensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import { createResnet, type Architecture } from '@cxr-ifa/resnet';
import { createVariables, disposeTensors, InputError, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { clone, type Tensor1D } from '@tensorflow/tfjs-core';
import { readCheckpoint, type EncoderTable, type Preprocessing } from './checkpointFile.ts';
import { noRandomness } from './noRandomness.ts';

/** A trained encoder, ready to run; parameters and statistics belong to the caller. */
export interface LoadedEncoder {
  readonly encoder: Encoder;
  readonly parameters: Parameters;
  readonly statistics: Statistics;
  readonly table: EncoderTable;
  readonly preprocessing: Preprocessing;
  /** The step of the run that the checkpoint is of. */
  readonly step: number;
}

/**
 * Builds the query encoder of a run's checkpoint.
 *
 * @param path A checkpoint, or a run's folder, whose latest one is meant.
 * @throws {InputError} If it cannot be read, is of no run of ours, or lacks a tensor.
 */
export async function loadEncoder(path: string): Promise<LoadedEncoder> {
  const { tensors, details } = await readCheckpoint(path);
  if (!details) throw new InputError(`Cannot load the encoder of ${path} as the file does not say which encoder it holds: it was not written by cxr-ifa pretrain`);
  const { architecture, width, inputChannels } = details.encoder;
  const encoder = createResnet({ architecture: architecture as Architecture, width, inputChannels });
  const part = (prefix: string): Map<string, StoredTensor> => new Map([...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
  const [weights, averages] = [storedToTensors(part('encoder_q.')), storedToTensors(part('statistics_q.'))];
  const expected = encoder.initialise(noRandomness);
  try {
    for (const [kind, found] of [['parameters', weights], ['statistics', averages]] as const) {
      for (const [name, { shape }] of expected[kind]) {
        const tensor = found.get(name);
        if (tensor?.shape.join() !== shape.join()) throw new InputError(`Cannot load the encoder of ${path} as ${name} must have shape [${shape.join(', ')}]: ${tensor ? `current shape is [${tensor.shape.join(', ')}]` : 'it is missing'}`);
      }
    }
    const parameters = createVariables(() => [...expected.parameters.keys()].map((name) => [name, clone(weights.get(name)!)] as const));
    const statistics = new Map([...expected.statistics.keys()].map((name) => [name, clone(averages.get(name)!) as Tensor1D]));
    return { encoder, parameters, statistics, table: details.encoder, preprocessing: details.preprocessing, step: details.step };
  } finally {
    disposeTensors(weights, averages, expected.parameters, expected.statistics);
  }
}
