import { describeBackendConformance } from '@cxr-ifa/testing/conformance';
import { describe, it, vi } from 'vitest';
import { importOptional } from './importOptional.ts';
import { loadTensorflow } from './loadTensorflow.ts';

const TFJS_NODE = '@tensorflow/tfjs-node';
const installed = await importOptional('node', TFJS_NODE).then(() => true, () => false);

/** What tfjs-node 4.22.0 over TensorFlow 2.12.1 does otherwise than tfjs's CPU backend; nothing that training uses. */
const KNOWN_FAILURES = [
  'changing what was read changes no tensor', // what was made on the host is handed out itself
  'numeric padding', // refused, in convolutions and pooling: "supports only 'valid' and 'same'"
  'maximum, [2,7,7,4], window 3, stride 2, 1',
  'average, [2,7,7,4], window 3, stride 2, 1',
  'uneven filter and strides', // of depthwise convolutions: TensorFlow refuses other strides in height and width
  'dilated, with the gradients that tfjs does not have',
  'sign, with its gradient', // of NaN
  'tanh, softplus and elu keep their digits near 0 and far from it',
  'prelu with its gradients, addN, where', // infinity times 0
  'resize bilinear: the gradient of any image by finite differences', // supplied by tfjs's CPU backend, which is wrong for images that are not square
  'transform, nearest: each fill mode, one transform or one an image', // supplied by it too: it takes the first transform for all images
  'transform, bilinear: each fill mode, one transform or one an image',
];

if (installed) {
  vi.setConfig({ testTimeout: 300_000 });
  describeBackendConformance({ name: 'tensorflow', setup: () => loadTensorflow('node', TFJS_NODE), knownFailures: KNOWN_FAILURES });
} else {
  describe('conformance of tfjs-node', () => it.skip(`needs ${TFJS_NODE}: npm install --ignore-scripts ${TFJS_NODE}, then tools/tfjs-node/build.mjs`));
}
