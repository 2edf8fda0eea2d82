import { readTrainingCheckpoint } from '@cxr-ifa/checkpoint';
import { openResnet, type OpenedResnet } from '@cxr-ifa/resnet';
import { InputError, isInputError } from '@cxr-ifa/tensor';

/** The encoder with its weights; parameters and statistics belong to the caller. */
export type EncoderSmall = OpenedResnet;

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
  const { tensors } = readTrainingCheckpoint(weights);
  try {
    return openResnet(tensors, { architecture: 'resnet18', width: 32, inputChannels: 1 });
  } catch (error) {
    throw isInputError(error) ? new InputError(`${error.message}; give the bytes of encoder.safetensors`, { cause: error }) : error;
  }
}
