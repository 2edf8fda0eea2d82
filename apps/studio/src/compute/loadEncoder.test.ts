import { readFileSync } from 'node:fs';
import { readTrainingCheckpoint, writeTrainingCheckpoint, type Preprocessing } from '@cxr-ifa/checkpoint';
import { encoderSmallUrl } from '@cxr-ifa/encoder-small';
import { describe, expect, it } from 'vitest';
import { loadEncoder } from './loadEncoder.ts';

const { tensors, details } = readTrainingCheckpoint(new Uint8Array(readFileSync(new URL(encoderSmallUrl))));
if (!details) throw new Error('The built-in encoder says nothing of itself');
/** The built-in encoder, as if it wanted other images. */
const file = (preprocessing: Partial<Preprocessing>): Uint8Array => writeTrainingCheckpoint(tensors, { ...details, preprocessing: { ...details.preprocessing, ...preprocessing } });

describe('loadEncoder', () => {
  it('refuses an encoder whose images would exhaust the memory, or cannot be clipped, before any is prepared', () => {
    expect(() => loadEncoder(file({ imageSize: 20_000 }), 'large')).toThrow('Cannot open large as its images must be of at most 1024 pixels a side: current value is 20000');
    expect(() => loadEncoder(file({ clipPercentile: 250 }), 'odd')).toThrow('Cannot open odd as its images must be clipped at a percentile above 0 and at most 100: current value is 250');
  });
});
