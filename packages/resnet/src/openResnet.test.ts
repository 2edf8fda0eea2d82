import { tensorsToStored, type StoredTensor } from '@cxr-ifa/checkpoint';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createResnet } from './createResnet.ts';
import { openResnet } from './openResnet.ts';

const table = { architecture: 'resnet18', width: 4, inputChannels: 1 } as const;
let stored: Map<string, StoredTensor>;
let expected: Float32Array;

beforeAll(async () => {
  const encoder = createResnet(table);
  const { parameters, statistics } = encoder.initialise(createRng(3));
  stored = new Map([
    ...[...(await tensorsToStored(parameters))].map(([name, tensor]) => [`encoder_q.${name}`, tensor] as const),
    ...[...(await tensorsToStored(statistics))].map(([name, tensor]) => [`statistics_q.${name}`, tensor] as const),
    ['queue', { dtype: 'F32', shape: [1], data: new Float32Array(1) }],
  ]);
  expected = await featuresOf(encoder, parameters, statistics);
  disposeTensors(parameters, statistics);
});

async function featuresOf(...[encoder, parameters, statistics]: [ReturnType<typeof createResnet>, Parameters<ReturnType<typeof createResnet>['encode']>[0], Parameters<ReturnType<typeof createResnet>['encode']>[1]]): Promise<Float32Array> {
  const features = tf.tidy(() => encoder.encode(parameters, statistics, tf.randomUniform<tf.Rank.R4>([2, 32, 32, 1], 0, 1, 'float32', 5), { training: false }).features);
  const values = (await features.data()) as Float32Array;
  features.dispose();
  return values;
}

describe('openResnet', () => {
  it('gives back the encoder that was stored, and nothing else', async () => {
    const { encoder, parameters, statistics } = openResnet(stored, table);
    expect(await featuresOf(encoder, parameters, statistics)).toEqual(expected);
    disposeTensors(parameters, statistics);
  });

  it('leaves nothing behind, whether it opens or not', async () => {
    await expectNoLeak(() => {
      const { parameters, statistics } = openResnet(stored, table);
      return [parameters, statistics];
    });
    const incomplete = new Map([...stored].filter(([name]) => name !== 'encoder_q.layer2.0.conv1.weight'));
    await expectNoLeak(() => void expect(() => openResnet(incomplete, table)).toThrow('Cannot open the encoder as layer2.0.conv1.weight must have shape [3, 3, 4, 8]: it is missing'));
    await expectNoLeak(() => void expect(() => openResnet(stored, { ...table, width: 8 })).toThrow('must have shape [7, 7, 1, 8]: current shape is [7, 7, 1, 4]'));
    await expectNoLeak(() => void expect(() => openResnet(stored, { ...table, architecture: 'resnet19' })).toThrow('architecture must be one of'));
  });
});
