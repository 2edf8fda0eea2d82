// What a researcher writes who installed single packages: MoCo + IFA on an encoder, one step at a time, on core's CPU backend.
import '@cxr-ifa/gradients';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';

await tf.setBackend('cpu');
const encoder = createResnet({ architecture: 'resnet18', width: 4 });
const momentumContrast = new MomentumContrast({ encoder, optimizer: sgd(), ifa: ifaPresets.released, queueSize: 8, rng: createRng(1) });
const query = tf.randomNormal([4, 32, 32, 1], 0, 1, 'float32', 1);
const key = tf.add(query, tf.randomNormal([4, 32, 32, 1], 0, 0.1, 'float32', 2));

const losses = [];
for (let step = 0; step < 2; step++) losses.push((await momentumContrast.trainStep({ query, key }, { learningRate: 0.01 })).loss);
const tensors = tf.memory().numTensors;
losses.push((await momentumContrast.trainStep({ query, key }, { learningRate: 0.01 })).loss);
if (!losses.every((loss) => Number.isFinite(loss) && loss > 0)) throw new Error(`losses ${losses} must be finite`);
if (new Set(losses).size !== losses.length) throw new Error(`losses ${losses} must change: no gradient arrived`);
if (tf.memory().numTensors !== tensors) throw new Error(`a step leaves ${tf.memory().numTensors - tensors} tensors behind`);
momentumContrast.dispose();
