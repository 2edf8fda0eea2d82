import { createProjectionHead } from '@cxr-ifa/moco';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { pretrainOptions } from '../options/pretrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { optimizerOf, ratesOf } from './optimizerOf.ts';

const encoder = createResnet({ architecture: 'resnet18', width: 2 });
const { parameters, statistics } = encoder.initialise(createRng(1));
const head = createProjectionHead({ featureSize: encoder.featureSize, dimension: 4 }).initialise(createRng(2));
const all = new Map([...[...parameters].map(([name, value]) => [`encoder.${name}`, value] as const), ...[...head].map(([name, value]) => [`head.${name}`, value] as const)]);
afterAll(() => disposeTensors(all, statistics));

/** The parameters that an update without gradients to speak of makes smaller. */
function decayed(flags: object): string[] {
  return tf.tidy(() => {
    const optimizer = optimizerOf(resolveOptions('pretrain', pretrainOptions, { weightDecay: '0.1', ...flags }));
    const ones = new Map([...all].map(([name, value]) => [name, tf.onesLike(value) as tf.Tensor]));
    const none = new Map([...all].map(([name, value]) => [name, tf.zerosLike(value) as tf.Tensor]));
    const { parameters: next } = optimizer.update(none, optimizer.init(ones), ones, { learningRate: 0.1 });
    return [...next].filter(([, value]) => (tf.max(value).dataSync()[0] as number) < 1).map(([name]) => name);
  });
}

describe('optimizerOf', () => {
  it('decays everything, as the method does, but what it was told not to', () => {
    const names = [...all.keys()];
    const isNorm = (name: string): boolean => /bn\d\.|downsample\.1\./.test(name);
    for (const optimizer of ['sgd', 'adamw']) {
      expect(decayed({ optimizer })).toEqual(names);
      expect(decayed({ optimizer, decayExcept: 'batch-norm' })).toEqual(names.filter((name) => !isNorm(name)));
      expect(decayed({ optimizer, decayExcept: ['bias'] })).toEqual(names.filter((name) => !name.endsWith('.bias')));
      expect(decayed({ optimizer, decayExcept: 'batch-norm, bias' })).toEqual(names.filter((name) => (all.get(name) as tf.Tensor).rank > 1));
    }
    expect(decayed({ optimizer: 'lars' })).toEqual(names.filter((name) => (all.get(name) as tf.Tensor).rank > 1));
  });

  it('goes with its own rates where none are given', () => {
    expect(ratesOf({ optimizer: 'lars', learningRate: undefined, weightDecay: 0 })).toEqual({ learningRate: 0.3, weightDecay: 0 });
    expect(ratesOf(resolveOptions('pretrain', pretrainOptions, {}))).toEqual({ learningRate: 0.03, weightDecay: 1e-4 });
  });
});
