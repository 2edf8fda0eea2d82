import { expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/files.json' with { type: 'json' };
import { parametersFromPyTorch, parametersToPyTorch } from './pyTorchLayout.ts';
import { readSafetensors } from './readSafetensors.ts';
import type { StoredTensor } from './storedTensor.ts';
import { storedToTensors } from './storedToTensors.ts';
import { tensorsToStored } from './tensorsToStored.ts';

const stored = readSafetensors(new Uint8Array(Buffer.from(golden.safetensors.file, 'base64'))).tensors;

describe('parametersFromPyTorch', () => {
  it('permutes filters alone, as tf.transpose does', async () => {
    const ours = parametersFromPyTorch(stored);
    const name = 'layer1.0.conv1.weight';
    const filter = stored.get(name) as StoredTensor;
    const expected = tf.tidy(() => tf.transpose(tf.tensor(filter.data as Float32Array, [...filter.shape]), [2, 3, 1, 0])); // [O, I, H, W] -> [H, W, I, O]
    expect(ours.get(name)).toEqual({ dtype: 'F32', shape: expected.shape, data: await expected.data() });
    expected.dispose();
    expect(ours.get('fc.weight')).toBe(stored.get('fc.weight'));
  });

  it('is undone by parametersToPyTorch, whatever the sizes and the type', () => {
    const tensors = new Map<string, StoredTensor>([
      ['a', { dtype: 'I64', shape: [2, 3, 4, 5], data: BigInt64Array.from({ length: 120 }, (_, index) => BigInt(index)) }],
      ['b', { dtype: 'F32', shape: [0, 3, 1, 1], data: new Float32Array(0) }],
    ]);
    expect(parametersToPyTorch(parametersFromPyTorch(tensors))).toEqual(tensors);
    expect(parametersFromPyTorch(parametersToPyTorch(tensors))).toEqual(tensors);
    expect(parametersFromPyTorch(tensors).get('a')?.shape).toEqual([4, 5, 3, 2]);
  });
});

describe('storedToTensors', () => {
  it('makes tensors that are read back', async () => {
    const some = new Map([...stored].filter(([name]) => name !== 'long'));
    const tensors = storedToTensors(some);
    const back = await tensorsToStored(tensors);
    expect(back.get('fc.weight')).toEqual(stored.get('fc.weight'));
    expect(back.get('int')).toEqual(stored.get('int'));
    expect(back.get('flag')).toEqual(stored.get('flag'));
    expect(back.get('byte')).toEqual({ dtype: 'I32', shape: [3], data: Int32Array.of(0, 255, 3) });
    expect(back.get('empty')).toEqual(stored.get('empty'));
    tf.dispose([...tensors.values()]);
  });

  it('leaves nothing behind, and copies', async () => {
    await expectNoLeak(() => storedToTensors(new Map([['a', stored.get('fc.weight') as StoredTensor]])));
    await expectNoLeak(() => void expect(() => storedToTensors(stored)).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot make a tensor of long as its integers must fit into 32 bits: current value is -9007199254740993]`));
    const tensor = tf.tensor1d([1, 2]);
    const read = (await tensorsToStored(new Map([['a', tensor]]))).get('a') as StoredTensor;
    (read.data as Float32Array).fill(9);
    expect(Array.from(await tensor.data())).toEqual([1, 2]);
    tensor.dispose();
    const text = tf.tensor1d(['a']);
    await expect(tensorsToStored(new Map([['a', text]]))).rejects.toThrow('Cannot store a as its type must be float32, int32 or bool: current value is string');
    text.dispose();
  });
});
