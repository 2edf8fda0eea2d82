// A thousand MoCo v2 + IFA steps on the backend simd: neither tensors nor memory may grow after the second.
// usage: node tools/long-run/simd-steps.mjs [STEPS]     (after npm run build; writes simd-steps.json beside itself)
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const steps = Number(process.argv[2] ?? 1000);
const [architecture, imageSize, batch, threads] = ['resnet18', 64, 32, 2];
await registerSimdBackend({ threads });
await tf.setBackend('simd');

const rng = createRng(1);
const moco = new MomentumContrast({ encoder: createResnet({ architecture, inputChannels: 1 }), optimizer: sgd(), ifa: ifaPresets.released, queueSize: 4096, rng });
const rows = [];
for (let step = 1; step <= steps; step++) {
  const image = (stream) => tf.tensor4d(Float32Array.from({ length: batch * imageSize ** 2 }, (_, i) => Math.sin(i * (stream + step))), [batch, imageSize, imageSize, 1]);
  const views = { query: image(1), key: image(2) };
  const { loss } = await moco.trainStep(views, { learningRate: 0.003 });
  tf.dispose(views);
  if (![2, 3, 10, 30, 100, 300].includes(step) && step % 500 !== 0) continue;
  const { numTensors, numBytes, numBytesReserved, numBytesInBlocks } = tf.memory();
  rows.push({ step, loss, numTensors, numBytes, numBytesReserved, numBytesInBlocks, residentBytes: process.memoryUsage().rss });
  console.log(JSON.stringify(rows.at(-1)));
}
const [second, last] = [rows[0], rows.at(-1)];
const grew = { tensors: last.numTensors - second.numTensors, bytes: last.numBytes - second.numBytes, reservedBytes: last.numBytesReserved - second.numBytesReserved };
writeFileSync(new URL('simd-steps.json', import.meta.url), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model, node: process.version, architecture, imageSize, batch, threads, steps, grew, rows }, null, 1)}\n`);
console.log(JSON.stringify(grew));
process.exitCode = Object.values(grew).every((growth) => growth <= 0) ? 0 : 1;
tf.removeBackend('simd');
