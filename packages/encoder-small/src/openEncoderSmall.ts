import { parametersFromPyTorch, readSafetensors, storedToTensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, createVariables, disposeTensors, InputError, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { clone, type Tensor1D } from '@tensorflow/tfjs-core';

/** The encoder with its weights; parameters and statistics belong to the caller. */
export interface EncoderSmall {
  readonly encoder: Encoder;
  readonly parameters: Parameters;
  readonly statistics: Statistics;
}

const ACTION = 'open the encoder';

/**
 * Makes the encoder of its weights: ResNet-18 of width 32 for images of 64 pixels and one channel, with features of 256 numbers.
 *
 * @param weights The bytes of `encoder.safetensors`, read from `encoderSmallUrl`; borrowed.
 * @returns The encoder, its parameters and its batch-norm statistics; `disposeTensors(parameters, statistics)` frees them.
 * @throws {InputError} If the bytes are not those weights.
 *
 * @example
 * ```ts
 * const { encoder, parameters, statistics } = openEncoderSmall(await readFile(new URL(encoderSmallUrl)));
 * const { features } = encoder.encode(parameters, statistics, images, { training: false }); // [N, 256]
 * ```
 */
export function openEncoderSmall(weights: Uint8Array): EncoderSmall {
  const stored = parametersFromPyTorch(readSafetensors(weights).tensors);
  const part = (prefix: string): Map<string, StoredTensor> => new Map([...stored].flatMap(([name, tensor]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [])));
  const encoder = createResnet({ architecture: 'resnet18', width: 32, inputChannels: 1 });
  const expected = encoder.initialise(createRng(1)); // for names and shapes
  const [parameters, statistics] = [storedToTensors(part('encoder_q.')), storedToTensors(part('statistics_q.'))];
  try {
    for (const [wanted, found] of [[expected.parameters, parameters], [expected.statistics, statistics]] as const) {
      for (const [name, { shape }] of wanted) {
        const current = found.get(name)?.shape;
        if (current?.join() !== shape.join()) throw new InputError(`Cannot ${ACTION} as ${name} must have shape [${shape.join(', ')}]: ${current ? `current shape is [${current.join(', ')}]` : 'it is missing'}; give the bytes of encoder.safetensors`);
      }
    }
    return {
      encoder,
      parameters: createVariables(() => [...expected.parameters.keys()].map((name) => [name, clone(parameters.get(name)!)] as const)),
      statistics: new Map([...expected.statistics.keys()].map((name) => [name, clone(statistics.get(name)!) as Tensor1D])),
    };
  } finally {
    disposeTensors(parameters, statistics, expected.parameters, expected.statistics);
  }
}
