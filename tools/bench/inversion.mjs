// Steps of GAN inversion with our packages on the backend simd: optimising latents and noise in W+, and training an encoder; with and without a perceptual loss.
// Time of a step, memory, and what is left behind.
// usage: node tools/bench/inversion.mjs RESOLUTION BATCH STEPS [--threads N] [--channel-base N] [--channel-maximum N] [--latent-size N] [--width N]     (after npm run build)
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { createInversionEncoder, InversionTraining, optimiseLatents } from '@cxr-ifa/gan-inversion';
import { createResnet } from '@cxr-ifa/resnet';
import { createGenerator } from '@cxr-ifa/stylegan2';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { parseArgs } from 'node:util';

const text = (value) => ({ type: 'string', default: value });
const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: text('2'), 'channel-base': text('1024'), 'channel-maximum': text('64'), 'latent-size': text('64'), width: text('32') } });
const [resolution, batch, steps] = positionals.map(Number);
if (!(steps >= 3)) {
  console.error('Cannot measure without sizes: node tools/bench/inversion.mjs RESOLUTION BATCH STEPS, at least three steps');
  process.exit(2);
}
const { threads, notice } = await registerSimdBackend({ threads: Number(values.threads) });
if (notice) console.log(notice);
tf.enableProdMode();
await tf.setBackend('simd');

const [latentSize, width] = [Number(values['latent-size']), Number(values.width)];
const generator = createGenerator({ resolution, channelBase: Number(values['channel-base']), channelMaximum: Number(values['channel-maximum']), latentSize, mappingLayers: 4 });
const parameters = generator.initialise(createRng(1));
const encoder = createResnet({ architecture: 'resnet18', width });
const perceptual = { encoder, ...encoder.initialise(createRng(2)), normalisation: { mean: 0.658, std: 0.221 } };
const rng = createRng(3);
const images = tf.tensor4d(Float32Array.from({ length: batch * resolution ** 2 }, () => Math.tanh(rng.normal())), [batch, resolution, resolution, 1]);
const meanLatent = tf.zeros([latentSize]);

/** Milliseconds of each step, and how much memory was held after the second. */
const watch = () => {
  const times = [];
  let [last, second, after] = [performance.now(), undefined, undefined];
  return {
    step() {
      times.push(performance.now() - last);
      after = tf.memory();
      if (times.length === 2) second = after;
      last = performance.now();
    },
    line(name) {
      const steady = times.slice(2).sort((a, b) => a - b);
      const median = steady[steady.length >> 1];
      console.log(`${name}: ${median.toFixed(0)} ms a step, ${(1000 / median).toFixed(2)} steps/s, ${((batch * 1000) / median).toFixed(1)} images/s; ${after.numTensors - second.numTensors} tensors and ${after.numBytesReserved - second.numBytesReserved} bytes more than after step 2`);
    },
  };
};

console.log(`cxr-ifa simd ${threads} threads, StyleGAN2 ${resolution}px b${batch} channels ${values['channel-base']}/${values['channel-maximum']}, w of ${latentSize}, ResNet-18 of width ${width}`);
for (const [name, judged] of [['W+ and noise, pixels alone', {}], ['W+ and noise, perceptual', { perceptual }]]) {
  const own = watch();
  const { latents, noise } = await optimiseLatents(generator, parameters, images, { start: meanLatent, steps: steps + 1, ...judged, rng: createRng(4), onStep: (step) => step <= steps && own.step() });
  tf.dispose([latents, ...noise]);
  own.line(name);
}
const training = new InversionTraining({ inversion: createInversionEncoder({ encoder, generator }), generator, parameters, meanLatent, perceptual, rng: createRng(5) });
const own = watch();
for (let step = 0; step < steps; step++) {
  await training.trainStep({ images }, { learningRate: 1e-4 });
  own.step();
}
own.line('training an encoder, perceptual');
console.log(`peak memory of the process ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB`);
process.exit(0);
