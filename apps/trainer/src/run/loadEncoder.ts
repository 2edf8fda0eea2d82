import type { EncoderTable, Preprocessing } from '@cxr-ifa/checkpoint';
import { openResnet, type OpenedResnet } from '@cxr-ifa/resnet';
import { InputError, isInputError } from '@cxr-ifa/tensor';
import { readCheckpoint } from './checkpointFile.ts';

/** A trained encoder, ready to run; parameters and statistics belong to the caller. */
export interface LoadedEncoder extends OpenedResnet {
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
  try {
    return { ...openResnet(tensors, details.encoder), table: details.encoder, preprocessing: details.preprocessing, step: details.step };
  } catch (error) {
    throw isInputError(error) ? new InputError(error.message.replace('the encoder', `the encoder of ${path}`).replace('Cannot open', 'Cannot load'), { cause: error }) : error;
  }
}
