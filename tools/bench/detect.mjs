// What post-processing adds to a detector's network: seconds an image of the forward pass, and of turning its predictions into boxes.
//
//   node tools/bench/detect.mjs [--width 16] [--image-size 128] [--batch 8] [--repeats 5]        after npm run build
//
// Predictions are those of an untrained detector, and the same with logits drawn so that 2 % of anchor findings pass the threshold: more than a trained one has.
import { parseArgs } from 'node:util';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { createRetinaNet, selectDetections } from '@cxr-ifa/heads/detection';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';

const { values } = parseArgs({ options: { width: { type: 'string', default: '16' }, 'image-size': { type: 'string', default: '128' }, batch: { type: 'string', default: '8' }, repeats: { type: 'string', default: '5' } } });
const [width, size, batch, repeats] = [values.width, values['image-size'], values.batch, values.repeats].map(Number);
await registerSimdBackend({});
await tf.setBackend('simd');
const rng = createRng(1);
const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];
const encoder = createResnet({ architecture: 'resnet18', width });
const detector = createRetinaNet({ encoder, findings: 5, anchorSize: 8 });
const own = encoder.initialise(rng);
const parameters = new Map([...own.parameters, ...detector.initialise(rng)]);
const images = tf.randomNormal([batch, size, size, 1], 0, 1, 'float32', 1);
const anchors = detector.anchors(size, size);

const network = [];
let last;
for (let i = 0; i <= repeats; i++) {
  const start = performance.now();
  const { logits, deltas } = detector.predict(parameters, own.statistics, images, { training: false });
  last = await Promise.all([logits.data(), deltas.data()]);
  tf.dispose([logits, deltas]);
  if (i > 0) network.push((performance.now() - start) / batch); // the first compiles
}
const crowded = Float32Array.from({ length: anchors.count * 5 }, () => -5.6 + 1.3 * rng.normal());
const passed = crowded.filter((logit) => logit > Math.log(0.05 / 0.95)).length;
const timed = (logits) => {
  const times = [];
  for (let i = 0; i <= repeats; i++) {
    const start = performance.now();
    for (let image = 0; image < batch; image++) selectDetections(logits, last[1].subarray(0, 4 * anchors.count), anchors);
    if (i > 0) times.push((performance.now() - start) / batch);
  }
  return median(times);
};
const forward = median(network);
console.log(`ResNet-18 width ${width}, ${size} pixels, 64 channels, ${anchors.count} anchors, 5 findings, batch ${batch}: network ${forward.toFixed(2)} ms an image`);
for (const [name, logits] of [['untrained', last[0].subarray(0, 5 * anchors.count)], [`${passed} candidates`, crowded]]) {
  const milliseconds = timed(logits);
  console.log(`post-processing, ${name}: ${milliseconds.toFixed(3)} ms an image, ${((100 * milliseconds) / forward).toFixed(1)} % of the network`);
}
process.exit(0);
