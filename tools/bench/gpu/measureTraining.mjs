import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';

/** One MoCo v2 + IFA step after another on the current backend, each read before the next: images a second (median), and bytes on the GPU. */
export async function measureTraining({ architecture, width, imageSize, batch }, steps) {
  const rng = createRng(1);
  const encoder = createResnet({ architecture, width, inputChannels: 1 });
  const trainer = new MomentumContrast({ encoder, optimizer: sgd({ momentum: 0.9, weightDecay: 1e-4 }), ifa: ifaPresets.released, queueSize: 4096, rng, batchNormGroups: 1 });
  const view = () => tf.tensor4d(Float32Array.from({ length: batch * imageSize ** 2 }, () => rng.normal()), [batch, imageSize, imageSize, 1]);
  const views = { query: view(), key: view() };
  const times = [];
  let loss;
  for (let step = -2; step < steps; step++) {
    const start = performance.now();
    ({ loss } = await trainer.trainStep(views, { learningRate: 0.001 }));
    if (step >= 0) times.push(performance.now() - start);
  }
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
  const milliseconds = times.sort((a, b) => a - b)[steps >> 1];
  return { imagesPerSecond: (1000 * batch) / milliseconds, milliseconds, bytes: tf.memory().numBytesAllocatedInGPU, loss };
}
