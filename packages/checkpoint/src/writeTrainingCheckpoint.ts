import { parametersToPyTorch } from './pyTorchLayout.ts';
import type { StoredTensor } from './storedTensor.ts';
import { CHECKPOINT_FORMAT, METADATA_KEY, type CheckpointDetails } from './trainingCheckpoint.ts';
import { writeSafetensors } from './writeSafetensors.ts';

/**
 * Writes a checkpoint of pre-training: one safetensors file, which PyTorch reads as it is.
 *
 * @param tensors By snapshot name, in TensorFlow.js's layout; borrowed.
 * @param details The rest of the state.
 * @returns The whole file.
 * @throws {TypeError} If a tensor's array does not fit its type or shape.
 *
 * @example
 * ```ts
 * const { tensors, state } = momentumContrast.snapshot();
 * const bytes = writeTrainingCheckpoint(await tensorsToStored(tensors), { ...state, epoch, randomState, sampler, encoder, preprocessing });
 * ```
 */
export function writeTrainingCheckpoint(tensors: ReadonlyMap<string, StoredTensor>, details: CheckpointDetails): Uint8Array {
  return writeSafetensors(parametersToPyTorch(tensors), { [METADATA_KEY]: JSON.stringify({ format: CHECKPOINT_FORMAT, ...details }), format: 'pt' });
}
