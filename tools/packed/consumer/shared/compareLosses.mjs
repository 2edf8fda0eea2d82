// Two training steps on the embedded backend and on core's CPU backend, which must agree.
import '@cxr-ifa/gradients';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';

const images = Float32Array.from({ length: 4 * 32 * 32 }, (_, i) => Math.sin(i * i));

async function losses(backend) {
  await tf.setBackend(backend);
  const momentumContrast = new MomentumContrast({ encoder: createResnet({ architecture: 'resnet18', width: 4 }), optimizer: sgd(), ifa: ifaPresets.released, queueSize: 8, rng: createRng(1) });
  const query = tf.tensor4d(images, [4, 32, 32, 1]);
  const views = { query, key: tf.mul(query, 0.9) };
  const found = [(await momentumContrast.trainStep(views, { learningRate: 0.01 })).loss, (await momentumContrast.trainStep(views, { learningRate: 0.01 })).loss];
  momentumContrast.dispose();
  tf.dispose(views);
  return found;
}

/** Registers the backend, compares, and lets it go. Returns what the registration said; throws where the losses differ. */
export async function compareLosses(options) {
  const registration = await registerSimdBackend(options);
  const [simd, cpu] = [await losses('simd'), await losses('cpu')];
  if (!simd.every((loss, step) => Math.abs(loss - cpu[step]) < 1e-3)) throw new Error(`losses on simd ${simd} and on cpu ${cpu} must agree`);
  tf.removeBackend('simd');
  return registration;
}
