import { expectClose } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { hasFusedKernel, runFusedKernel } from './runFusedKernel.ts';

afterAll(() => tf.unregisterKernel('MomentumUpdateList', 'cpu'));

it('returns undefined where the backend has no such kernel, and runs it where it has', async () => {
  const inputs = { keys: [tf.tensor1d([1]), tf.tensor1d([2, 3])], queries: [tf.tensor1d([5]), tf.tensor1d([6, 7])] };
  expect(hasFusedKernel('MomentumUpdateList')).toBe(false);
  expect(runFusedKernel('MomentumUpdateList', inputs, { momentum: 0.5 })).toBeUndefined();

  const seen: string[] = [];
  tf.registerKernel({
    kernelName: 'MomentumUpdateList',
    backendName: 'cpu',
    kernelFunc: ({ inputs: named }) => {
      seen.push(...Object.keys(named));
      return ['keys0', 'keys1'].map((name) => tf.clone(named[name] as tf.Tensor));
    },
  });
  const outputs = runFusedKernel('MomentumUpdateList', inputs, { momentum: 0.5 }) as tf.Tensor[];
  expect(seen).toEqual(['keys0', 'keys1', 'queries0', 'queries1']);
  await expectClose(outputs[1] as tf.Tensor, [2, 3]);
});
