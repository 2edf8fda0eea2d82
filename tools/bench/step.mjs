// One MoCo v2 + IFA training step with our packages on the backend simd.
// usage: node tools/bench/step.mjs resnet18|resnet50 IMAGE_SIZE BATCH STEPS [--threads N] [--profile]     (after npm run build)
// --profile: one more step, kernel by kernel, beside its roofline; the step is held against the sum of these.
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { parseArgs } from 'node:util';
import { measureCeilings } from './ceilings.mjs';
import { profileKernels } from './profileKernels.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: { type: 'string', default: '2' }, profile: { type: 'boolean', default: false } } });
const [architecture, imageSize, batch, steps] = [positionals[0], ...positionals.slice(1, 4).map(Number)];

const { threads, notice } = await registerSimdBackend({ threads: Number(values.threads) });
if (notice) console.log(notice);
await tf.setBackend('simd');
const ceilings = values.profile ? measureCeilings(threads) : undefined;

const rng = createRng(1);
const moco = new MomentumContrast({ encoder: createResnet({ architecture, inputChannels: 1 }), optimizer: sgd({ momentum: 0.9, weightDecay: 1e-4 }), ifa: ifaPresets.released, queueSize: 4096, rng, batchNormGroups: 1 });
const image = () => tf.tensor4d(Float32Array.from({ length: batch * imageSize ** 2 }, () => rng.normal()), [batch, imageSize, imageSize, 1]);
const views = { query: image(), key: image() };
for (let warmUp = 0; warmUp < 2; warmUp++) await moco.trainStep(views, { learningRate: 0.03 });
const reserved = tf.memory().numBytesReserved;
const tensors = tf.memory().numTensors;
const times = [];
const cpuBefore = process.cpuUsage();
for (let step = 0; step < steps; step++) {
  const start = performance.now();
  await moco.trainStep(views, { learningRate: 0.03 });
  times.push(performance.now() - start);
}
const cpu = process.cpuUsage(cpuBefore);
const milliseconds = [...times].sort((a, b) => a - b)[steps >> 1];
const gigabytes = (bytes) => (bytes / 1e9).toFixed(2);
console.log(
  `cxr-ifa simd ${threads} threads ${architecture} ${imageSize}px b${batch}: ${milliseconds.toFixed(0)} ms/step ${((batch / milliseconds) * 1000).toFixed(2)} img/s ` +
    `CPU ${((cpu.user + cpu.system) / 1000 / steps).toFixed(0)} ms/step, peakRSS ${gigabytes(process.resourceUsage().maxRSS * 1024)} GB, memory ${gigabytes(tf.memory().numBytesReserved)} GB (grew by ${tf.memory().numBytesReserved - reserved} bytes, ${tf.memory().numTensors - tensors} tensors)`,
);
if (ceilings) {
  const profile = profileKernels('simd', ceilings);
  const start = performance.now();
  await moco.trainStep(views, { learningRate: 0.03 });
  const profiled = performance.now() - start;
  const kernels = profile.take();
  const total = (key) => kernels.reduce((sum, kernel) => sum + kernel[key], 0);
  console.log(`ceiling ${(ceilings.operationsASecond / 1e9).toFixed(1)} GFLOP/s, copy ${(ceilings.bytesASecond / 1e9).toFixed(1)} GB/s (read and written), ${threads} threads`);
  for (const { name, milliseconds: each, calls, roofline } of kernels.slice(0, 30)) console.log(`${name.padEnd(26)} ${each.toFixed(1).padStart(8)} ms ${calls.toFixed(0).padStart(6)} calls, roofline ${roofline.toFixed(1).padStart(8)} ms`);
  console.log(`step ${milliseconds.toFixed(0)} ms (${profiled.toFixed(0)} with the clocks, ${total('milliseconds').toFixed(0)} of it in kernels), roofline ${total('roofline').toFixed(0)} ms: the step takes ${(milliseconds / total('roofline')).toFixed(2)} times it`);
}
