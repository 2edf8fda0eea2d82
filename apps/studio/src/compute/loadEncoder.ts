import { readTrainingCheckpoint, type EncoderTable, type Preprocessing } from '@cxr-ifa/checkpoint';
import { openResnet, type OpenedResnet } from '@cxr-ifa/resnet';
import { InputError } from '@cxr-ifa/tensor';

/** What there is to say of an encoder. */
export interface EncoderCard {
  readonly name: string;
  readonly table: EncoderTable;
  readonly preprocessing: Preprocessing;
  /** Steps of pre-training. */
  readonly step: number;
  readonly featureSize: number;
  /** How many numbers it learnt. */
  readonly parameters: number;
  readonly stages: readonly { readonly name: string; readonly stride: number }[];
}

/** An encoder that is ready to run. */
export interface LoadedEncoder extends OpenedResnet {
  readonly card: EncoderCard;
  /** The file that it came from. */
  readonly bytes: Uint8Array;
}

/**
 * Opens the encoder of a checkpoint of ours.
 *
 * @throws {InputError} If the file is none.
 */
export function loadEncoder(bytes: Uint8Array, name: string): LoadedEncoder {
  const { tensors, details } = readTrainingCheckpoint(bytes);
  if (!details) throw new InputError(`Cannot open ${name} as it does not say which encoder it holds: it was not written by cxr-ifa`);
  const { encoder: table, preprocessing, step } = details;
  if (table.inputChannels !== 1) throw new InputError(`Cannot open ${name} as an encoder must take greyscale images, of one channel: current number of channels is ${table.inputChannels}`);
  const opened = openResnet(tensors, table);
  const { encoder, parameters } = opened;
  return {
    ...opened,
    bytes,
    card: { name, table, preprocessing, step, featureSize: encoder.featureSize, parameters: [...parameters.values()].reduce((sum, { size }) => sum + size, 0), stages: encoder.stages.map(({ name: stage, stride }) => ({ name: stage, stride })) },
  };
}
