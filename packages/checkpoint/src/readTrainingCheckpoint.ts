import { parseCheckpointDetails } from './parseCheckpointDetails.ts';
import { parametersFromPyTorch } from './pyTorchLayout.ts';
import { readSafetensors } from './readSafetensors.ts';
import { METADATA_KEY, type TrainingCheckpoint } from './trainingCheckpoint.ts';

/**
 * Reads a checkpoint of pre-training, or any other safetensors file, whose details are then absent.
 *
 * @param bytes The whole file; borrowed.
 * @returns Tensors in TensorFlow.js's layout, and what the file says besides.
 * @throws {InputError} If it is no safetensors file, or its details are of another version or damaged.
 *
 * @example
 * ```ts
 * const { tensors, details } = readTrainingCheckpoint(bytes);
 * ```
 */
export function readTrainingCheckpoint(bytes: Uint8Array): TrainingCheckpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const json = metadata[METADATA_KEY];
  return { tensors: parametersFromPyTorch(tensors), ...(json !== undefined && { details: parseCheckpointDetails(json) }) };
}
