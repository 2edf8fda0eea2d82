import { describe, expect, it } from 'vitest';
import { readTrainingCheckpoint, writeSafetensors, writeTrainingCheckpoint, type CheckpointDetails, type StoredTensor } from './index.ts';

const details: CheckpointDetails = {
  step: 7,
  epoch: 1,
  queuePointer: 4,
  queueFilled: 12,
  optimizerStep: 7,
  optimizer: 'adamw',
  randomState: { key: [1, 2], counter: 3 },
  sampler: { epoch: 1, position: 8, images: 20 },
  encoder: { architecture: 'resnet18', width: 4, inputChannels: 1 },
  preprocessing: { imageSize: 64, clipPercentile: 99, aspect: 'pad', normalisation: { mean: 0.5, std: 0.25 } },
};
const filter: StoredTensor = { dtype: 'F32', shape: [1, 2, 3, 4], data: Float32Array.from({ length: 24 }, (_, index) => index) };
const tensors = new Map([['encoder_q.conv1.weight', filter]]);

/** A file with these details, whatever they are. */
const fileWith = (value: unknown): Uint8Array => writeSafetensors(tensors, { 'cxr-ifa': typeof value === 'string' ? value : JSON.stringify(value) });
/** Details as JSON has them. */
interface Written {
  [name: string]: unknown;
  preprocessing: { aspect?: string; normalisation: { std: number } };
}
const changed = (change: (value: Written) => void): Uint8Array => {
  const value = JSON.parse(JSON.stringify({ format: 'cxr-ifa-checkpoint-1', ...details })) as Written;
  change(value);
  return fileWith(value);
};

describe('training checkpoints', () => {
  it('come back as they were written, tensors in the same layout', () => {
    const read = readTrainingCheckpoint(writeTrainingCheckpoint(tensors, details));
    expect(read.details).toEqual(details);
    expect(read.tensors.get('encoder_q.conv1.weight')).toEqual(filter);
  });

  it('of another program have no details', () => {
    expect(readTrainingCheckpoint(writeSafetensors(tensors)).details).toBeUndefined();
  });

  it('from before there was a choice were stretched, and may lack what came later', () => {
    const old = changed((value) => {
      delete value.preprocessing.aspect;
      delete value['queueFilled'];
      delete value['optimizer'];
    });
    const { queueFilled: _, optimizer: __, ...rest } = details;
    expect(readTrainingCheckpoint(old).details).toEqual({ ...rest, preprocessing: { ...details.preprocessing, aspect: 'stretch' } });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['no JSON', fileWith('{'), /must be JSON/],
    ['no object', fileWith([1]), /it is no object/],
    ['another version', changed((value) => void (value['format'] = 'cxr-ifa-checkpoint-2')), /format is "cxr-ifa-checkpoint-2"/],
    ['a missing part', changed((value) => delete value['sampler']), /sampler is no object/],
    ['a negative count', changed((value) => void (value['step'] = -1)), /step is -1/],
    ['a deviation of 0', changed((value) => void (value.preprocessing.normalisation.std = 0)), /preprocessing\.normalisation\.std is 0/],
    ['an unknown optimiser', changed((value) => void (value['optimizer'] = 'adam')), /optimizer is "adam"/],
  ])('with %s are refused', (_, bytes, message) => {
    expect(() => readTrainingCheckpoint(bytes)).toThrow(message);
  });
});
