// Steps of StyleGAN2's adversarial training with our packages on the backend simd: time of a step without and with penalties, memory, leaks.
// usage: node tools/bench/gan.mjs RESOLUTION BATCH STEPS [--threads N] [--channel-base N] [--channel-maximum N] [--latent-size N] [--mapping-layers N] [--profile]     (after npm run build)
// The steps are a multiple of 16, so that each penalty has its share. --profile: where one plain step's time goes, kernel by kernel.
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { AdversarialTraining, augmentImages, createDiscriminator, createGenerator } from '@cxr-ifa/stylegan2';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { parseArgs } from 'node:util';
import { measureCeilings } from './ceilings.mjs';
import { profileKernels } from './profileKernels.mjs';

const text = (value) => ({ type: 'string', default: value });
const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: text('2'), 'channel-base': text('2048'), 'channel-maximum': text('64'), 'latent-size': text('64'), 'mapping-layers': text('4'), profile: { type: 'boolean', default: false } } });
const [resolution, batch, steps] = positionals.map(Number);

const { threads, notice } = await registerSimdBackend({ threads: Number(values.threads) });
if (notice) console.log(notice);
tf.enableProdMode();
await tf.setBackend('simd');
const sizes = { resolution, channelBase: Number(values['channel-base']), channelMaximum: Number(values['channel-maximum']) };
const training = new AdversarialTraining({
  generator: createGenerator({ ...sizes, latentSize: Number(values['latent-size']), mappingLayers: Number(values['mapping-layers']) }),
  discriminator: createDiscriminator(sizes),
  rng: createRng(1),
  augment: augmentImages,
});
const rng = createRng(2);
const images = tf.tensor4d(Float32Array.from({ length: batch * resolution ** 2 }, () => rng.normal()), [batch, resolution, resolution, 1]);

/** Milliseconds of a step, by the penalties that it had. */
const times = { plain: [], pathLength: [], 'pathLength and r1': [] };
let tensors;
let reserved;
const start = performance.now();
for (let step = 0; step < steps; step++) {
  const before = performance.now();
  const log = await training.trainStep(images, { learningRate: 0.002 });
  times[log.r1 !== undefined ? 'pathLength and r1' : log.pathLength !== undefined ? 'pathLength' : 'plain'].push(performance.now() - before);
  if (step === 1) ({ numTensors: tensors, numBytesReserved: reserved } = tf.memory());
}
const seconds = (performance.now() - start) / 1000;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const after = tf.memory();
console.log(
  `cxr-ifa simd ${threads} threads StyleGAN2 ${resolution}px b${batch} channels ${sizes.channelBase}/${sizes.channelMaximum}: ${((steps * batch) / seconds).toFixed(1)} img/s, ${(steps / seconds).toFixed(2)} steps/s; ms a step: ` +
    Object.entries(times).map(([name, list]) => `${name} ${median(list)?.toFixed(0)}`).join(', ') +
    `; peakRSS ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB, ${after.numTensors - tensors} tensors and ${after.numBytesReserved - reserved} bytes more than after step 2`,
);
if (values.profile) {
  const profile = profileKernels('simd', measureCeilings(threads));
  const before = performance.now();
  while ((await training.trainStep(images, { learningRate: 0.002 })).pathLength !== undefined) profile.take();
  const kernels = profile.take();
  const total = kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0);
  for (const { name, milliseconds, calls, roofline } of kernels.slice(0, 30)) console.log(`${name.padEnd(36)} ${milliseconds.toFixed(1).padStart(8)} ms ${calls.toFixed(0).padStart(6)} calls, roofline ${roofline.toFixed(1).padStart(8)} ms`);
  console.log(`${(performance.now() - before).toFixed(0)} ms with the clocks, ${total.toFixed(0)} in kernels`);
}
process.exit(0);
