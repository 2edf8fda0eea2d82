// 2,000 training steps of a detector with batches that hold no box at all: every loss and gradient norm must be finite, and no tensor may be left over.
//
//   node tools/long-run/detect-empty.mjs [STEPS]        after npm run build; writes detect-empty.json
import { writeFileSync } from 'node:fs';
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { createRetinaNet, DetectorTraining } from '@cxr-ifa/heads/detection';
import { adamW } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';

const steps = Number(process.argv[2] ?? 2000);
await registerSimdBackend({ threads: 1 });
await tf.setBackend('simd');
const rng = createRng(1);
const encoder = createResnet({ architecture: 'resnet18', width: 2 });
const detector = createRetinaNet({ encoder, findings: 2, channels: 8, depth: 1, anchorSize: 8 });
const { parameters, statistics } = encoder.initialise(rng);
const training = new DetectorTraining({ detector, parameters: new Map([...parameters, ...detector.initialise(rng)]), statistics, optimizer: adamW() });
const nothing = { boxes: new Float32Array(), labels: new Int32Array() };
let [largestLoss, largestNorm, tensors] = [0, 0, 0];
for (let step = 1; step <= steps; step++) {
  const images = tf.randomNormal([4, 32, 32, 1], 0, 1, 'float32', step);
  const { loss, box, gradientNorm } = await training.trainStep(images, [nothing, nothing, nothing, nothing], { learningRate: 1e-3 });
  images.dispose();
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm) || box !== 0) throw new Error(`step ${step}: loss ${loss}, box loss ${box}, gradient norm ${gradientNorm}`);
  [largestLoss, largestNorm] = [Math.max(largestLoss, loss), Math.max(largestNorm, gradientNorm)];
  if (step === 10) tensors = tf.memory().numTensors;
}
const found = { steps, finite: true, largestLoss, largestNorm, tensorsAtStep10: tensors, tensorsAtTheEnd: tf.memory().numTensors };
writeFileSync(new URL('detect-empty.json', import.meta.url), `${JSON.stringify(found, null, 2)}\n`);
console.log(found);
process.exit(found.tensorsAtTheEnd === tensors ? 0 : 1);
