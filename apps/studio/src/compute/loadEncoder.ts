import { readTrainingCheckpoint, type EncoderTable, type Preprocessing } from '@cxr-ifa/checkpoint';
import { openResnet, type OpenedResnet } from '@cxr-ifa/resnet';
import { InputError } from '@cxr-ifa/tensor';

/** Pixels a side: a file that asks for more would exhaust the memory with the first images, and again after every reload. */
const LARGEST_IMAGE = 1024;

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
 * @throws {InputError} If the file is none, or asks for images that the studio cannot prepare.
 */
export function loadEncoder(bytes: Uint8Array, name: string): LoadedEncoder {
  const { tensors, details } = readTrainingCheckpoint(bytes);
  if (!details) throw new InputError(`Cannot open ${name} as it does not say which encoder it holds: it was not written by cxr-ifa`);
  const { encoder: table, preprocessing, step } = details;
  if (table.inputChannels !== 1) throw new InputError(`Cannot open ${name} as an encoder must take greyscale images, of one channel: current number of channels is ${table.inputChannels}`);
  const { imageSize, clipPercentile } = preprocessing;
  if (imageSize > LARGEST_IMAGE) throw new InputError(`Cannot open ${name} as its images must be of at most ${LARGEST_IMAGE} pixels a side: current value is ${imageSize}`);
  if (!(clipPercentile > 0 && clipPercentile <= 100)) throw new InputError(`Cannot open ${name} as its images must be clipped at a percentile above 0 and at most 100: current value is ${clipPercentile}`);
  const opened = openResnet(tensors, table);
  const { encoder, parameters } = opened;
  return {
    ...opened,
    bytes,
    card: { name, table, preprocessing, step, featureSize: encoder.featureSize, parameters: [...parameters.values()].reduce((sum, { size }) => sum + size, 0), stages: encoder.stages.map(({ name: stage, stride }) => ({ name: stage, stride })) },
  };
}
