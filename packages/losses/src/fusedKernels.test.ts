import { counterNormal, expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { cosineMap } from './cosineMap.ts';
import { ifaLoss } from './ifaLoss.ts';
import { infoNce } from './infoNce.ts';
import { l2Normalise } from './l2Normalise.ts';

// Stand-ins for a backend's fused kernels, written from the table's words: what a backend must keep to, and what the functions must do with it
let calls = 0;
function register(kernelName: string, compute: (inputs: Record<string, tf.Tensor>, attributes: Record<string, number>) => tf.Tensor | tf.Tensor[]): void {
  tf.registerKernel({
    kernelName,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }) => {
      calls++;
      return tf.tidy(() => compute(inputs as Record<string, tf.Tensor>, attrs as Record<string, number>));
    },
  });
}

function normal<R extends tf.Rank>(stream: number, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor(Float32Array.from(counterNormal(stream, tf.util.sizeFromShape(shape))), shape);
}

describe('CosineMap and its gradient', () => {
  afterEach(() => ['CosineMap', 'CosineMapGrad'].forEach((name) => tf.unregisterKernel(name, tf.getBackend())));
  const [a, b] = [normal<tf.Rank.R4>(1, [2, 2, 2, 4]), normal<tf.Rank.R4>(2, [2, 2, 2, 4])];
  const unit = (x: tf.Tensor): tf.Tensor => l2Normalise(x);
  const registerCosine = (): void => {
    register('CosineMap', ({ a: x, b: y }) => tf.sum(tf.mul(unit(x!), unit(y!)), -1));
    register('CosineMapGrad', ({ dy, a: x, b: y }) => {
      const cosine = tf.sum(tf.mul(unit(x!), unit(y!)), -1, true);
      return tf.mul(tf.div(tf.sub(unit(y!), tf.mul(cosine, unit(x!))), tf.norm(x!, 2, -1, true)), tf.expandDims(dy!, -1));
    });
  };

  it('is used where the backend has it, with the same values and gradients, and leaves nothing behind', async () => {
    const terms = [{ stage: 'layer4', target: 1, weight: 1 }];
    const loss = (x: tf.Tensor): tf.Scalar => tf.tidy(() => ifaLoss({ layer4: x as tf.Tensor4D }, { layer4: b }, { terms }).loss);
    const both = (): tf.Tensor[] => [cosineMap(a, b), loss(a), tf.grad(loss)(a), ...tf.grads((x, y) => tf.sum(tf.square(cosineMap(x as tf.Tensor4D, y as tf.Tensor4D))))([a, b])];
    const plain = both();
    registerCosine();
    calls = 0;
    const fused = both();
    expect(calls).toBe(7); // four cosines, three gradients
    for (const [index, tensor] of fused.entries()) await expectClose(tensor, plain[index] as tf.Tensor);
    await expectNoLeak(both);
  });
});

describe('InfoNceQueue', () => {
  afterEach(() => tf.unregisterKernel('InfoNceQueue', tf.getBackend()));
  const [query, key, queue] = [normal<tf.Rank.R2>(3, [4, 6]), normal<tf.Rank.R2>(4, [4, 6]), normal<tf.Rank.R2>(5, [9, 6])].map((x) => l2Normalise(x)) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

  it('is used where the backend has it, with the same values and gradients, and leaves nothing behind', async () => {
    const run = (): tf.Tensor[] => [...Object.values(infoNce(query, key, queue)), tf.grad((x) => infoNce(x as tf.Tensor2D, key, queue).loss)(query)];
    const plain = run();
    register('InfoNceQueue', ({ query: q, key: k, queue: negatives }, { temperature }) => {
      const logits = tf.div(tf.concat([tf.sum(tf.mul(q!, k!), 1, true), tf.matMul(q!, negatives!, false, true)], 1), temperature!);
      const logSumExp = tf.logSumExp(logits, 1);
      const ofQueue = tf.slice(logits, [0, 1], [-1, -1]);
      return [tf.sub(logSumExp, tf.squeeze(tf.slice(logits, [0, 0], [-1, 1]), [1])), logSumExp, tf.max(ofQueue, 1), tf.mean(ofQueue, 1)];
    });
    calls = 0;
    const fused = run();
    expect(calls).toBe(2);
    for (const [index, tensor] of fused.entries()) await expectClose(tensor, plain[index] as tf.Tensor, { absolute: 2e-6 });
    await expectNoLeak(run);
  });
});
