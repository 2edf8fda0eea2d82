// A thousand steps of optimising latents and a thousand of training an encoder, both with a perceptual loss, on the backend simd: neither tensors nor memory may grow after the second.
// usage: node tools/long-run/inversion-steps.mjs [STEPS]     (after npm run build; writes inversion-steps.json beside itself)
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { createInversionEncoder, InversionTraining, optimiseLatents } from '@cxr-ifa/gan-inversion';
import { createResnet } from '@cxr-ifa/resnet';
import { createGenerator } from '@cxr-ifa/stylegan2';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const steps = Number(process.argv[2] ?? 1000);
const [resolution, batch, threads, width, latentSize] = [16, 2, 1, 4, 8];
await registerSimdBackend({ threads });
await tf.setBackend('simd');

const generator = createGenerator({ resolution, channelBase: 128, channelMaximum: 8, latentSize, mappingLayers: 2 });
const parameters = generator.initialise(createRng(1));
const encoder = createResnet({ architecture: 'resnet18', width });
const perceptual = { encoder, ...encoder.initialise(createRng(2)) };
const image = (stream) => tf.tensor4d(Float32Array.from({ length: batch * resolution ** 2 }, (_, i) => Math.sin(i * stream)), [batch, resolution, resolution, 1]);
const meanLatent = tf.zeros([latentSize]);

/** What is held after some of the steps. */
const watch = () => {
  const rows = [];
  return {
    rows,
    look(step, loss) {
      if (![2, 3, 10, 30, 100, 300].includes(step) && step % 500 !== 0) return;
      const { numTensors, numBytes, numBytesReserved } = tf.memory();
      rows.push({ step, loss, numTensors, numBytes, numBytesReserved, residentBytes: process.memoryUsage().rss });
      console.log(JSON.stringify(rows.at(-1)));
    },
    grew() {
      const [second, last] = [rows[0], rows.at(-1)];
      return { tensors: last.numTensors - second.numTensors, bytes: last.numBytes - second.numBytes, reservedBytes: last.numBytesReserved - second.numBytesReserved };
    },
  };
};

const optimising = watch();
const targets = image(1);
const { latents, noise } = await optimiseLatents(generator, parameters, targets, { start: meanLatent, steps, perceptual, rng: createRng(3), onStep: (step, loss) => optimising.look(step, loss) });
tf.dispose([latents, targets, ...noise]);

const encoding = watch();
const training = new InversionTraining({ inversion: createInversionEncoder({ encoder, generator, channels: 8 }), generator, parameters, meanLatent, perceptual, rng: createRng(4) });
for (let step = 1; step <= steps; step++) {
  const images = image(1 + step);
  const { loss } = await training.trainStep({ images }, { learningRate: 1e-4 });
  images.dispose();
  encoding.look(step, loss);
}
const parts = { optimising, encoding };
const grew = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.grew()]));
writeFileSync(new URL('inversion-steps.json', import.meta.url), `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model, node: process.version, resolution, batch, threads, width, latentSize, steps, grew, optimising: optimising.rows, encoding: encoding.rows }, null, 1)}\n`);
console.log(JSON.stringify(grew));
process.exitCode = Object.values(grew).every((part) => Object.values(part).every((growth) => growth <= 0)) ? 0 : 1;
tf.removeBackend('simd');
