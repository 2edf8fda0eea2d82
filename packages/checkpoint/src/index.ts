/**
 * Named tensors to bytes and back: safetensors that PyTorch reads, and NumPy's .npy.
 *
 * @module
 */
export type { StoredArray, StoredTensor, StoredType } from './storedTensor.ts';
export { readSafetensors, type Safetensors } from './readSafetensors.ts';
export { writeSafetensors } from './writeSafetensors.ts';
export { parametersFromPyTorch, parametersToPyTorch } from './pyTorchLayout.ts';
export { tensorsToStored } from './tensorsToStored.ts';
export { storedToTensors } from './storedToTensors.ts';
export { encodeNpy } from './encodeNpy.ts';
export { decodeNpy } from './decodeNpy.ts';
export { decodeNpyHeader, encodeNpyHeader, type NpyHeader } from './npyHeader.ts';
export { CHECKPOINT_FORMAT, type CheckpointDetails, type EncoderTable, type Preprocessing, type TrainingCheckpoint } from './trainingCheckpoint.ts';
export { readTrainingCheckpoint } from './readTrainingCheckpoint.ts';
export { writeTrainingCheckpoint } from './writeTrainingCheckpoint.ts';
