// The backend simd against its ceiling and its peers, all in one run on one machine; prints the table of the package's README.
// usage: node tools/bench/simd.mjs [--steps N] [--python PYTHON] [--tfjs FOLDER]     (after npm run build)
// --python: an interpreter with torch and torchvision; --tfjs: a folder in which @tensorflow/tfjs and @tensorflow/tfjs-backend-wasm are installed.
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import * as tf from '@tensorflow/tfjs-core';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '5' }, python: { type: 'string' }, tfjs: { type: 'string' } } });
const peers = fileURLToPath(new URL('../../../shared/reference/peers/', import.meta.url));
const STEPS = [
  { architecture: 'resnet18', imageSize: 64, batch: 32 },
  { architecture: 'resnet50', imageSize: 224, batch: 8 },
];

/** The best of some runs, in seconds: what else the machine does only ever adds. */
function best(run, runs = 7) {
  run();
  run();
  return Math.min(...Array.from({ length: runs }, () => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  }));
}

async function measureKernels() {
  await registerSimdBackend();
  await tf.setBackend('simd');
  const { kernels } = tf.backend();
  const rounds = 2e6;
  const ceiling = (rounds * 16 * kernels.vector_floats()) / best(() => kernels.multiply_add_ceiling(rounds, 0.9)) / 1e9;
  const bytes = new Float32Array(1 << 25);
  const copy = (2 * bytes.byteLength) / best(() => bytes.slice()) / 1e9;
  console.log(`ceiling of one thread ${ceiling.toFixed(1)} GFLOP/s, copy ${copy.toFixed(1)} GB/s (read and written)\n`);
  console.log('| kernel, one thread | forward | input gradient | filter gradient |\n|---|---|---|---|');
  const shapes = [
    ['3x3, 64 channels, 16x16, batch 32', [32, 16, 16, 64], [3, 3, 64, 64], 1],
    ['3x3, 256 channels, 14x14, batch 8', [8, 14, 14, 256], [3, 3, 256, 256], 1],
    ['3x3, 512 channels, 2x2, batch 32', [32, 2, 2, 512], [3, 3, 512, 512], 1],
    ['3x3, 64 to 128 channels, stride 2, 17x17, batch 32', [32, 17, 17, 64], [3, 3, 64, 128], 2],
    ['1x1, 256 to 64 channels, 56x56, batch 8', [8, 56, 56, 256], [1, 1, 256, 64], 1],
    ['1x1, 1024 to 256 channels, 14x14, batch 8', [8, 14, 14, 1024], [1, 1, 1024, 256], 1],
    ['7x7, 1 to 64 channels, stride 2, 70x70, batch 32', [32, 70, 70, 1], [7, 7, 1, 64], 2],
  ];
  for (const [name, xShape, filterShape, strides] of shapes) {
    const [x, filter] = [tf.randomNormal(xShape), tf.randomNormal(filterShape)];
    const pad = filterShape[0] === 3 && strides === 1 ? 'same' : 'valid';
    const y = tf.conv2d(x, filter, strides, pad);
    const operations = 2 * y.size * filterShape[0] * filterShape[1] * filterShape[2];
    const attributes = { strides: [strides, strides], pad, dataFormat: 'NHWC', dilations: [1, 1] };
    const rate = (kernel, inputs, extra) => `${(operations / best(() => tf.engine().runKernel(kernel, inputs, { ...attributes, ...extra }).dispose()) / 1e9).toFixed(0)} GFLOP/s`;
    console.log(`| ${name} | ${rate('Conv2D', { x, filter })} | ${rate('Conv2DBackpropInput', { dy: y, filter }, { inputShape: xShape })} | ${rate('Conv2DBackpropFilter', { x, dy: y }, { filterShape })} |`);
    tf.dispose([x, filter, y]);
  }
  await tf.ready();
  tf.removeBackend('simd');
}

/** Runs a script that prints "... N img/s ..." and returns N. */
function imagesPerSecond(command, args, cwd) {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  const line = stdout.trim().split('\n').at(-1);
  console.log(line);
  return Number(/([\d.]+) img\/s/.exec(line)?.[1]);
}

const load = loadavg()[0];
console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}${load > 0.3 ? `; NOT IDLE: load ${load.toFixed(1)}, read the ratios with care` : ''}`);
await measureKernels();
console.log();
const step = fileURLToPath(new URL('./step.mjs', import.meta.url));
for (const { architecture, imageSize, batch } of STEPS) {
  const size = [architecture, String(imageSize), String(batch)];
  const one = imagesPerSecond(process.execPath, [step, ...size, values.steps, '--threads', '1']);
  const two = imagesPerSecond(process.execPath, [step, ...size, values.steps, '--threads', '2']);
  console.log(`-> two threads are ${(two / one).toFixed(2)} times one`);
  if (values.python && existsSync(peers)) console.log(`-> ${(two / imagesPerSecond(values.python, [join(peers, 'torch_moco_ifa.py'), ...size, '2', values.steps])).toFixed(2)} of PyTorch`);
  if (values.tfjs && existsSync(peers)) {
    copyFileSync(join(peers, 'tfjs_moco_ifa.mjs'), join(values.tfjs, 'tfjs_moco_ifa.mjs')); // its imports resolve where it lies
    // At ResNet-50, 224 px it aborts for want of memory: then there is no ratio
    try {
      console.log(`-> ${(two / imagesPerSecond(process.execPath, ['tfjs_moco_ifa.mjs', 'wasm', ...size, '1'], values.tfjs)).toFixed(1)} times tfjs-wasm`);
    } catch (error) {
      console.log(`-> tfjs-wasm takes no step: ${/(\w*Error: .*)/.exec(error.message)?.[1] ?? error.message}`);
    }
  }
}
