// Single kernels of the backend simd on one thread beside tfjs's CPU and WebAssembly backends; prints a table in Markdown.
// usage: node tools/bench/kernels.mjs [--only PATTERN] [--tfjs FOLDER]     (after npm run build)
// --tfjs: a folder in which @tensorflow/tfjs-backend-wasm is installed.
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, tfjs: { type: 'string' } } });
const windows = { strides: [1, 1], dilations: [1, 1], pad: 'same', dataFormat: 'NHWC' };
const size = (shape) => shape.reduce((product, dimension) => product * dimension, 1);

/** What is measured: kernel, shapes of its inputs (or numbers), attributes, shape of the output, operations for each of its numbers. */
const CASES = [
  ...[
    ['[8,56,56,144], 3x3', [8, 56, 56, 144], 3],
    ['[8,14,14,576], 5x5', [8, 14, 14, 576], 5],
  ].flatMap(([name, map, side]) => {
    const filter = [side, side, map[3], 1];
    const operations = 2 * side * side * size(map);
    return [
      { name: `depthwise ${name}`, kernel: 'DepthwiseConv2dNative', inputs: { x: map, filter }, attributes: windows, out: map, operations },
      { name: `depthwise ${name}, input gradient`, kernel: 'DepthwiseConv2dNativeBackpropInput', inputs: { dy: map, filter }, attributes: { ...windows, inputShape: map }, out: map, operations },
      { name: `depthwise ${name}, filter gradient`, kernel: 'DepthwiseConv2dNativeBackpropFilter', inputs: { x: map, dy: map }, attributes: { ...windows, filterShape: filter }, out: filter, operations },
    ];
  }),
  { name: 'average pooling [8,112,112,64], 3x3, stride 2', kernel: 'AvgPool', inputs: { x: [8, 112, 112, 64] }, attributes: { filterSize: [3, 3], strides: [2, 2], pad: 'same' }, out: [8, 56, 56, 64] },
  { name: 'average pooling, gradient of the same', kernel: 'AvgPoolGrad', inputs: { dy: [8, 56, 56, 64], input: [8, 112, 112, 64] }, attributes: { filterSize: [3, 3], strides: [2, 2], pad: 'same' }, out: [8, 112, 112, 64], unread: ['input'] },
  { name: 'transpose [8,56,56,64] to NCHW', kernel: 'Transpose', inputs: { x: [8, 56, 56, 64] }, attributes: { perm: [0, 3, 1, 2] }, out: [8, 64, 56, 56] },
  { name: 'transpose [8,64,56,56] to NHWC', kernel: 'Transpose', inputs: { x: [8, 64, 56, 56] }, attributes: { perm: [0, 2, 3, 1] }, out: [8, 56, 56, 64] },
  { name: 'transpose [8,3,224,224] to NHWC', kernel: 'Transpose', inputs: { x: [8, 3, 224, 224] }, attributes: { perm: [0, 2, 3, 1] }, out: [8, 224, 224, 3] },
  { name: 'transpose [2048,2048]', kernel: 'Transpose', inputs: { x: [2048, 2048] }, attributes: { perm: [1, 0] }, out: [2048, 2048] },
  { name: 'transpose [16,196,12,64], heads', kernel: 'Transpose', inputs: { x: [16, 196, 12, 64] }, attributes: { perm: [0, 2, 1, 3] }, out: [16, 12, 196, 64] },
  { name: 'bilinear [8,224,224,1] to 512', kernel: 'ResizeBilinear', inputs: { images: [8, 224, 224, 1] }, attributes: { size: [512, 512], alignCorners: false, halfPixelCenters: true }, out: [8, 512, 512, 1] },
  { name: 'bilinear [8,28,28,64] to 56', kernel: 'ResizeBilinear', inputs: { images: [8, 28, 28, 64] }, attributes: { size: [56, 56], alignCorners: false, halfPixelCenters: false }, out: [8, 56, 56, 64] },
  { name: 'bilinear, gradient of the same', kernel: 'ResizeBilinearGrad', inputs: { images: [8, 28, 28, 64], dy: [8, 56, 56, 64] }, attributes: { size: [56, 56], alignCorners: false, halfPixelCenters: false }, out: [8, 28, 28, 64], unread: ['images'] },
  { name: 'nearest [8,224,224,1] to 512', kernel: 'ResizeNearestNeighbor', inputs: { images: [8, 224, 224, 1] }, attributes: { size: [512, 512], alignCorners: false, halfPixelCenters: false }, out: [8, 512, 512, 1] },
  ...['bilinear', 'nearest'].map((interpolation) => ({
    name: `transform [1,224,224,1], ${interpolation}`, kernel: 'Transform', inputs: { image: [1, 224, 224, 1], transforms: [[0.9, -0.35, 2.1, 0.31, 1.1, -1.7, 0, 0]] },
    attributes: { interpolation, fillMode: 'constant', fillValue: 0 }, out: [1, 224, 224, 1],
  })),
  {
    name: 'Adam, 16 lists of 2^18', kernel: 'AdamList', out: [0], written: 3 * 4 * (16 << 18), attributes: { stepSize: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, secondCorrection: 1, decay: Array(16).fill(0.999) },
    inputs: Object.fromEntries(['parameters', 'gradients', 'firstMoments', 'secondMoments'].flatMap((list) => Array.from({ length: 16 }, (_, index) => [`${list}${index}`, [1 << 18]]))),
    composed: adam,
  },
  ...[['Min', { axis: [0, 1, 2], keepDims: false }, [64]], ['Tanh', {}], ['Softplus', {}], ['Elu', {}], ['ClipByValue', { clipValueMin: -1, clipValueMax: 1 }]].map(([kernel, attributes, out = [8, 56, 56, 64]]) => ({
    name: `${kernel} [8,56,56,64]`, kernel, inputs: { x: [8, 56, 56, 64] }, attributes, out,
  })),
  { name: 'Prelu [8,56,56,64]', kernel: 'Prelu', inputs: { x: [8, 56, 56, 64], alpha: [64] }, attributes: {}, out: [8, 56, 56, 64] },
  { name: 'AddN of 4 [8,56,56,64]', kernel: 'AddN', inputs: { 0: [8, 56, 56, 64], 1: [8, 56, 56, 64], 2: [8, 56, 56, 64], 3: [8, 56, 56, 64] }, attributes: {}, out: [8, 56, 56, 64], isList: true },
];

/** Adam in plain operations, for backends without the list kernel. */
function adam(inputs, { stepSize, beta1, beta2, epsilon, secondCorrection, decay }) {
  return decay.flatMap((shrink, index) => {
    const [parameter, gradient, first, second] = ['parameters', 'gradients', 'firstMoments', 'secondMoments'].map((list) => inputs[`${list}${index}`]);
    const newFirst = tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1));
    const newSecond = tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    return [tf.sub(tf.mul(parameter, shrink), tf.mul(tf.div(newFirst, tf.add(tf.div(tf.sqrt(newSecond), secondCorrection), epsilon)), stepSize)), newFirst, newSecond];
  });
}

function secondsOf(run) {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}

/** The best of some runs, in seconds: what else the machine does only ever adds. One run suffices where it takes more than a second. */
function best(run) {
  let seconds = secondsOf(run);
  for (let runs = 0, spent = seconds; seconds < 1 && (runs < 3 || spent < 1) && runs < 30; runs++) {
    const next = secondsOf(run);
    seconds = runs === 0 ? next : Math.min(seconds, next); // the first one warmed up
    spent += next;
  }
  return seconds;
}

/** Seconds of a case on a backend, or nothing where it has no such kernel. */
async function measure(backend, { kernel, inputs, attributes, composed, isList }) {
  await tf.setBackend(backend);
  const known = tf.getKernel(kernel, backend) !== undefined;
  if (!known && !composed) return undefined;
  const tensors = Object.fromEntries(Object.entries(inputs).map(([name, given]) => [name, Array.isArray(given[0]) ? tf.tensor2d(given) : tf.tidy(() => tf.abs(tf.randomNormal(given)))]));
  const seconds = best(() => tf.dispose(tf.tidy(() => (known ? tf.engine().runKernel(kernel, isList ? Object.values(tensors) : tensors, attributes) : composed(tensors, attributes)))));
  tf.dispose(tensors);
  return seconds;
}

const load = loadavg()[0];
console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}, one thread${load > 0.3 ? `; NOT IDLE: load ${load.toFixed(1)}, read the ratios with care` : ''}\n`);
await registerSimdBackend();
if (values.tfjs) createRequire(join(resolve(values.tfjs), 'package.json'))('@tensorflow/tfjs-backend-wasm'); // registers itself: tfjs has one engine a process
console.log(`| kernel | time | rate | times tfjs-cpu |${values.tfjs ? ' times tfjs-wasm |' : ''}\n|---|---|---|---|${values.tfjs ? '---|' : ''}`);
for (const each of CASES.filter(({ name }) => name.includes(values.only))) {
  const seconds = await measure('simd', each);
  const ratio = (other) => (other === undefined ? 'has none' : (other / seconds).toFixed(1));
  const read = Object.entries(each.inputs).reduce((sum, [name, given]) => (each.unread?.includes(name) ? sum : sum + 4 * size(Array.isArray(given[0]) ? [given.length, given[0].length] : given)), 0);
  const rates = [`${((read + (each.written ?? 4 * size(each.out))) / seconds / 1e9).toFixed(1)} GB/s`, ...(each.operations ? [`${(each.operations / seconds / 1e9).toFixed(1)} GFLOP/s`] : [])];
  console.log(`| ${each.name} | ${(1000 * seconds).toFixed(2)} ms | ${rates.join(', ')} | ${ratio(await measure('cpu', each))} |${values.tfjs ? ` ${ratio(await measure('wasm', each))} |` : ''}`);
}
tf.removeBackend('simd');
