// Embedding, the encoder's forward pass in inference: images a second on one backend.
// usage: node tools/bench/embed.mjs simd|wasm resnet18|resnet50 IMAGE_SIZE BATCH ROUNDS [--threads N] [--tfjs FOLDER]     (after npm run build)
// wasm is tfjs-backend-wasm from FOLDER, as it runs in Node: with one thread.
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { best } from './best.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: { type: 'string', default: '2' }, tfjs: { type: 'string' } } });
const [backend, architecture, ...sizes] = positionals;
const [imageSize, batch, rounds] = sizes.map(Number);

if (backend === 'wasm') {
  const entry = createRequire(join(resolve(values.tfjs), 'x.js')).resolve('@tensorflow/tfjs-backend-wasm');
  const wasm = await import(pathToFileURL(entry));
  (wasm.default ?? wasm).setWasmPaths(join(dirname(entry), '..', 'wasm-out') + '/');
} else {
  await registerSimdBackend({ threads: Number(values.threads) });
}
await tf.setBackend(backend);

const rng = createRng(1);
const encoder = createResnet({ architecture, inputChannels: 1 });
const { parameters, statistics } = encoder.initialise(rng);
const images = tf.tensor4d(Float32Array.from({ length: batch * imageSize ** 2 }, () => rng.normal()), [batch, imageSize, imageSize, 1]);
const norm = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
const embed = () => tf.tidy(() => encoder.encode(parameters, statistics, images, { training: false }).features.dataSync());
const seconds = best(embed, rounds);
console.log(`cxr-ifa embed ${backend} ${backend === 'simd' ? `${values.threads} threads ` : ''}${architecture} ${imageSize}px b${batch}: ${(seconds * 1000).toFixed(0)} ms ${(batch / seconds).toFixed(2)} img/s, |features| ${norm(embed()).toPrecision(6)}`);
process.exit(0);
