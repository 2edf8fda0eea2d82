import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/layers.json' with { type: 'json' };
import { batchNormInference } from './batchNormInference.ts';
import { batchNormTraining } from './batchNormTraining.ts';

const make = (stream: number, size: readonly number[], deviation = 1, centre = 0): tf.Tensor =>
  tf.tensor(Float32Array.from(counterNormal(stream, size.reduce((a, b) => a * b, 1)), (value) => centre + deviation * value), size as number[]);
const x = make(1, [4, 3, 2, 3], 2, 3) as tf.Tensor4D;
const [scale, offset, mean, variance] = [make(2, [3], 0.3, 1), make(3, [3]), make(6, [3]), make(7, [3], 0.1, 1)] as tf.Tensor1D[] as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
const residual = make(4, [4, 3, 2, 3]) as tf.Tensor4D;

describe('batchNormInference', () => {
  it('equals PyTorch', async () => {
    await expectClose(batchNormInference(x, scale, offset, mean, variance, { activation: 'relu', residual }), golden.batchNormInference, { absolute: 5e-6 });
  });

  it('changes nothing by mean 0, variance 1, scale 1, offset 0', async () => {
    await expectClose(batchNormInference(x, tf.ones([3]), tf.zeros([3]), tf.zeros([3]), tf.ones([3]), { epsilon: 0 }), x);
  });

  it('equals training when given the statistics of the batch', async () => {
    const training = batchNormTraining(x, scale, offset, { activation: 'relu', residual });
    const statistics = [tf.squeeze(training.mean, [0]), tf.squeeze(training.variance, [0])] as [tf.Tensor1D, tf.Tensor1D];
    await expectClose(batchNormInference(x, scale, offset, ...statistics, { activation: 'relu', residual }), training.y, { absolute: 5e-6 });
  });

  it('has the gradient of finite differences', async () => {
    const f = (...[maps, gamma, beta, added]: tf.Tensor[]): tf.Scalar =>
      tf.sum(tf.square(batchNormInference(maps as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, mean, variance, { activation: 'relu', residual: added as tf.Tensor4D })));
    await expectGradients(f, [x, scale, offset, residual], { step: 5e-3 });
  });

  it('leaves nothing behind', async () => {
    await expectNoLeak(() => batchNormInference(x, scale, offset, mean, variance, { activation: 'relu', residual }));
  });

  it('refuses shapes that do not fit', () => {
    expect(() => batchNormInference(x, scale, offset, tf.ones([2]), variance)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot normalise by running statistics as mean must have shape [C=3]: current shape is [2]]`);
  });
});
