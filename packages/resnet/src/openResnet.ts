import { storedToTensors, type EncoderTable, type StoredTensor } from '@cxr-ifa/checkpoint';
import { createVariables, disposeTensors, noRandomness, requireTensors, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { clone, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { createResnet } from './createResnet.ts';
import type { Architecture } from './planResnet.ts';

/** An encoder with its weights; parameters and statistics belong to the caller. */
export interface OpenedResnet {
  readonly encoder: Encoder;
  readonly parameters: Parameters;
  readonly statistics: Statistics;
}

/**
 * Makes the query encoder of a checkpoint: of its `encoder_q.*` and `statistics_q.*`.
 *
 * @param stored The checkpoint's tensors, as `readTrainingCheckpoint` of `@cxr-ifa/checkpoint` reads them; borrowed.
 * @param table Which encoder it is of.
 * @returns The encoder, its parameters and its batch-norm statistics; `disposeTensors(parameters, statistics)` frees them.
 * @throws {InputError} If a tensor is missing or has another shape.
 * @throws {RangeError} If there is no such architecture or width.
 *
 * @example
 * ```ts
 * const { tensors, details } = readTrainingCheckpoint(bytes);
 * const { encoder, parameters, statistics } = openResnet(tensors, details.encoder);
 * const { features } = encoder.encode(parameters, statistics, images, { training: false }); // [N, featureSize]
 * ```
 */
export function openResnet(stored: ReadonlyMap<string, StoredTensor>, { architecture, width, inputChannels }: EncoderTable): OpenedResnet {
  const encoder = createResnet({ architecture: architecture as Architecture, width, inputChannels });
  const expected = encoder.initialise(noRandomness); // for names and shapes
  const found: Map<string, Tensor>[] = [];
  try {
    const [weights, averages] = ['encoder_q.', 'statistics_q.'].map((prefix) => {
      const tensors = storedToTensors(partOf(stored, prefix));
      found.push(tensors);
      return tensors;
    }) as [Map<string, Tensor>, Map<string, Tensor>];
    requireTensors('open the encoder', weights, expected.parameters);
    requireTensors('open the encoder', averages, expected.statistics);
    return {
      encoder,
      parameters: createVariables(() => [...expected.parameters.keys()].map((name) => [name, clone(weights.get(name) as Tensor)] as const)),
      statistics: new Map([...expected.statistics.keys()].map((name) => [name, clone(averages.get(name) as Tensor1D)])),
    };
  } finally {
    disposeTensors(expected.parameters, expected.statistics, ...found);
  }
}

function partOf(stored: ReadonlyMap<string, StoredTensor>, prefix: string): Map<string, StoredTensor> {
  return new Map([...stored].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])));
}
