// The backend simd against its ceiling and its peers, all in one run on one machine; prints the table of the package's README.
// usage: node tools/bench/simd.mjs [--steps N] [--python PYTHON] [--tfjs FOLDER] [--tfjs-node FOLDER]     (after npm run build)
// --python: an interpreter with torch and torchvision; --tfjs: a folder in which @tensorflow/tfjs and @tensorflow/tfjs-backend-wasm are installed; --tfjs-node: one with @tensorflow/tfjs-node, whose addon tools/tfjs-node/build.mjs builds.
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import * as tf from '@tensorflow/tfjs-core';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { best } from './best.mjs';
import { measureCeilings } from './ceilings.mjs';
import { idleCores } from './idleCores.mjs';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '5' }, python: { type: 'string' }, tfjs: { type: 'string' }, 'tfjs-node': { type: 'string' } } });
const peers = fileURLToPath(new URL('../../../shared/reference/peers/', import.meta.url));
if ((values.python || values.tfjs) && !existsSync(peers)) console.log('PyTorch and tfjs-wasm are not measured: their scripts, torch_moco_ifa.py and tfjs_moco_ifa.mjs, are not part of this repository');
const STEPS = [
  { architecture: 'resnet18', imageSize: 64, batch: 32 },
  { architecture: 'resnet50', imageSize: 224, batch: 8 },
];

async function measureKernels() {
  await registerSimdBackend();
  await tf.setBackend('simd');
  const { operationsASecond, bytesASecond } = measureCeilings(1);
  console.log(`ceiling of one thread ${(operationsASecond / 1e9).toFixed(1)} GFLOP/s, copy ${(bytesASecond / 1e9).toFixed(1)} GB/s (read and written)\n`);
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

/** Runs a script, passes its output on, and returns the images a second and the peak of memory that it tells of. */
function measure(command, args, cwd) {
  const { stdout, stderr, status } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
  console.log(stdout.trim());
  const number = (pattern) => Number(pattern.exec(stdout)?.[1]);
  return { rate: number(/([\d.]+) img\/s/), gigabytes: number(/peakRSS ([\d.]+)/) };
}

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const idle = await idleCores();
const cores = availableParallelism();
console.log(`${new Date().toISOString().slice(0, 10)}, ${cpus()[0].model}, ${cores} cores, Node ${process.version}, ${idle.toFixed(2)} cores idle${idle < 0.95 * cores ? ': NOT IDLE, read the ratios with care' : ''}`);
await measureKernels();
console.log();
for (const { architecture, imageSize, batch } of STEPS) {
  const size = [architecture, String(imageSize), String(batch)];
  const one = measure(process.execPath, [script('step.mjs'), ...size, values.steps, '--threads', '1']);
  const two = measure(process.execPath, [script('step.mjs'), ...size, values.steps, '--threads', '2']);
  console.log(`-> two threads are ${(two.rate / one.rate).toFixed(2)} times one`);
  measure(process.execPath, [script('step.mjs'), ...size, values.steps, '--threads', '2', '--profile']);
  if (values.python && existsSync(peers)) {
    const torch = measure(values.python, [join(peers, 'torch_moco_ifa.py'), ...size, '2', values.steps]);
    console.log(`-> ${(two.rate / torch.rate).toFixed(2)} of PyTorch, ${(two.gigabytes / torch.gigabytes).toFixed(2)} of its memory`);
  }
  if (values['tfjs-node']) {
    const node = measure(process.execPath, [script('step.mjs'), ...size, values.steps, '--tfjs-node', values['tfjs-node']]);
    console.log(`-> ${(two.rate / node.rate).toFixed(2)} of our packages on tfjs-node, ${(two.gigabytes / node.gigabytes).toFixed(2)} of its memory`);
  }
  if (values.tfjs && existsSync(peers)) {
    copyFileSync(join(peers, 'tfjs_moco_ifa.mjs'), join(values.tfjs, 'tfjs_moco_ifa.mjs')); // its imports resolve where it lies
    // At ResNet-50, 224 px it aborts for want of memory: then there is no ratio
    try {
      console.log(`-> ${(two.rate / measure(process.execPath, ['tfjs_moco_ifa.mjs', 'wasm', ...size, '1'], values.tfjs).rate).toFixed(1)} times tfjs-wasm`);
    } catch (error) {
      console.log(`-> tfjs-wasm takes no step: ${/(\w*Error: .*)/.exec(error.message)?.[1] ?? error.message}`);
    }
  }
}
const embedding = ['resnet50', '224', '8', '3'];
const ours = measure(process.execPath, [script('embed.mjs'), 'simd', ...embedding, '--threads', '2']);
if (values.tfjs) console.log(`-> ${(ours.rate / measure(process.execPath, [script('embed.mjs'), 'wasm', ...embedding, '--tfjs', values.tfjs]).rate).toFixed(2)} times tfjs-wasm, which has one thread in Node`);
