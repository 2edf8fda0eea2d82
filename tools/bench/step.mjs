// One MoCo v2 + IFA training step with our packages on the backend simd, or on tfjs-node.
// usage: node tools/bench/step.mjs resnet18|resnet50 IMAGE_SIZE BATCH STEPS [--threads N] [--profile] [--align] [--memory] [--tfjs-node FOLDER]     (after npm run build)
// --tfjs-node: on TensorFlow's own kernels, by tfjs-node from FOLDER, and nothing besides.
// --profile: one more step, kernel by kernel, beside its roofline; the step is held against the sum of these.
// --align: the same step with maps aligned by geometries as cxr-strong draws them, turn by turn with the plain one, and with plain MoCo v2: what IFA and the alignment add.
// --memory: what the backend holds at the most during a step, with IFA on each stage and in each preset, over plain MoCo v2's, beside the size of the key maps.
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import { alignGrid, createAugmentation } from '@cxr-ifa/transforms';
import * as tf from '@tensorflow/tfjs-core';
import { parseArgs } from 'node:util';
import { best } from './best.mjs';
import { measureCeilings } from './ceilings.mjs';
import { openTfjsNode } from './openTfjsNode.mjs';
import { peakBytes } from './peakBytes.mjs';
import { profileKernels } from './profileKernels.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { threads: { type: 'string', default: '2' }, profile: { type: 'boolean', default: false }, align: { type: 'boolean', default: false }, memory: { type: 'boolean', default: false }, 'tfjs-node': { type: 'string' } } });
const [architecture, imageSize, batch, steps] = [positionals[0], ...positionals.slice(1, 4).map(Number)];

const { registered = 'simd', threads, notice } = values['tfjs-node'] ? openTfjsNode(values['tfjs-node']) : await registerSimdBackend({ threads: Number(values.threads) });
if (notice) console.log(notice);
await tf.setBackend(registered);
const ceilings = values.profile ? measureCeilings(threads) : undefined;

const rng = createRng(1);
const encoder = createResnet({ architecture, inputChannels: 1 });
const createTrainer = (ifa) => new MomentumContrast({ encoder, optimizer: sgd({ momentum: 0.9, weightDecay: 1e-4 }), ifa, queueSize: 4096, rng, batchNormGroups: 1 });
const moco = createTrainer(ifaPresets.released);
const image = () => tf.tensor4d(Float32Array.from({ length: batch * imageSize ** 2 }, () => rng.normal()), [batch, imageSize, imageSize, 1]);
const views = { query: image(), key: image() };
for (let warmUp = 0; warmUp < 2; warmUp++) await moco.trainStep(views, { learningRate: 0.03 });
const { numBytesReserved: reserved = NaN } = tf.memory(); // tfjs-node does not tell
const tensors = tf.memory().numTensors;
const times = [];
const cpuBefore = process.cpuUsage();
for (let step = 0; step < steps; step++) {
  const start = performance.now();
  await moco.trainStep(views, { learningRate: 0.03 });
  times.push(performance.now() - start);
}
const cpu = process.cpuUsage(cpuBefore);
const milliseconds = [...times].sort((a, b) => a - b)[steps >> 1];
const gigabytes = (bytes) => (bytes / 1e9).toFixed(2);
console.log(
  `cxr-ifa ${registered} ${threads} threads ${architecture} ${imageSize}px b${batch}: ${milliseconds.toFixed(0)} ms/step ${((batch / milliseconds) * 1000).toFixed(2)} img/s ` +
    `CPU ${((cpu.user + cpu.system) / 1000 / steps).toFixed(0)} ms/step, peakRSS ${gigabytes(process.resourceUsage().maxRSS * 1024)} GB, ${Number.isNaN(reserved) ? '' : `memory ${gigabytes(tf.memory().numBytesReserved)} GB (grew by ${tf.memory().numBytesReserved - reserved} bytes), `}grew by ${tf.memory().numTensors - tensors} tensors`,
);
if (ceilings) {
  const profile = profileKernels('simd', ceilings);
  const start = performance.now();
  await moco.trainStep(views, { learningRate: 0.03 });
  const profiled = performance.now() - start;
  const kernels = profile.take();
  const total = (key) => kernels.reduce((sum, kernel) => sum + kernel[key], 0);
  console.log(`ceiling ${(ceilings.operationsASecond / 1e9).toFixed(1)} GFLOP/s, copy ${(ceilings.bytesASecond / 1e9).toFixed(1)} GB/s (read and written), ${threads} threads`);
  for (const { name, milliseconds: each, calls, roofline } of kernels.slice(0, 30)) console.log(`${name.padEnd(26)} ${each.toFixed(1).padStart(8)} ms ${calls.toFixed(0).padStart(6)} calls, roofline ${roofline.toFixed(1).padStart(8)} ms`);
  console.log(`step ${milliseconds.toFixed(0)} ms (${profiled.toFixed(0)} with the clocks, ${total('milliseconds').toFixed(0)} of it in kernels), roofline ${total('roofline').toFixed(0)} ms: the step takes ${(milliseconds / total('roofline')).toFixed(2)} times it`);
}
if (values.align) await compareAlignment();
if (values.memory) await compareMemory();

/** Every form takes a step in turn: what else the machine does meets all of them alike. */
async function compareAlignment() {
  const { alignment, milliseconds: perImage } = alignViews();
  const forms = [
    { name: 'MoCo v2', trainer: createTrainer(ifaPresets.none), batch: views },
    { name: 'and IFA', trainer: createTrainer(ifaPresets.aligned), batch: views },
    { name: 'and IFA, aligned', trainer: createTrainer(ifaPresets.aligned), batch: { ...views, alignment } },
  ].map((form) => ({ ...form, times: [], processor: [], peak: 0 }));
  for (let round = -2; round < steps; round++) {
    for (const form of forms) {
      const [start, cpuStart] = [performance.now(), process.cpuUsage()];
      const peak = await peakBytes(() => form.trainer.trainStep(form.batch, { learningRate: 0.03 }));
      const { user, system } = process.cpuUsage(cpuStart);
      if (round >= 0) {
        form.times.push(performance.now() - start);
        form.processor.push((user + system) / 1000);
      }
      form.peak = Math.max(form.peak, peak);
    }
  }
  const over = (of, base) => `${((median(of) / median(base) - 1) * 100).toFixed(1).padStart(5)} %`;
  for (const { name, times, processor, peak } of forms) {
    const [base, unaligned] = forms;
    console.log(
      `${name.padEnd(18)} ${median(times).toFixed(1).padStart(8)} ms/step: over MoCo v2 ${over(times, base.times)}, over IFA ${over(times, unaligned.times)}; ` +
        `CPU ${median(processor).toFixed(1).padStart(8)} ms/step: ${over(processor, base.processor)}, ${over(processor, unaligned.processor)}; at most ${(peak / 1e6).toFixed(2)} MB more than between steps`,
    );
  }
  console.log(`finding the positions: ${perImage.toFixed(3)} ms an image, in the loader's threads`);
}

/** One step of each form after one to warm up: bytes do not depend on what else the machine does. */
async function compareMemory() {
  const { alignment } = alignViews();
  const [, ...stages] = encoder.stages; // the stem's map is no stage of the method
  const forms = [
    ['MoCo v2', [], views],
    ...stages.map(({ name }) => [`IFA on ${name}`, [{ stage: name, target: 1, weight: 1 }], views]),
    ...['released', 'abstract'].map((preset) => [`IFA ${preset}`, ifaPresets[preset], views]),
    ['IFA aligned', ifaPresets.aligned, { ...views, alignment }],
  ];
  const megabytes = (bytes) => (bytes / 1e6).toFixed(2).padStart(8);
  let plain;
  for (const [name, ifa, batchOfForm] of forms) {
    const trainer = createTrainer(ifa);
    await trainer.trainStep(batchOfForm, { learningRate: 0.03 });
    const peak = await peakBytes(() => trainer.trainStep(batchOfForm, { learningRate: 0.03 }));
    trainer.dispose();
    plain ??= peak;
    const maps = ifa.reduce((sum, { stage }) => {
      const { channels, stride } = encoder.stages.find((one) => one.name === stage);
      return sum + 4 * batch * (imageSize / stride) ** 2 * channels;
    }, 0);
    const beside = maps === 0 ? '' : `: ${megabytes(peak - plain)} MB more than MoCo v2, for key maps of ${megabytes(maps)} MB (${((peak - plain) / maps).toFixed(2)})`;
    console.log(`${name.padEnd(14)} at most ${megabytes(peak)} MB over what is held between steps${beside}`);
  }
}

/** Where each cell of the used stages lies in its key, for a batch, and the time that an image of it took. */
function alignViews() {
  const augment = createAugmentation('cxr-strong');
  const image = { data: new Float32Array(imageSize ** 2).fill(0.5), width: imageSize, height: imageSize, range: [0, 1] };
  const pairs = Array.from({ length: batch }, (_, index) => ['query', 'key'].map((view) => augment(image, rng.fork('view', index, view)).geometry));
  const used = encoder.stages.filter(({ name }) => ifaPresets.aligned.some(({ stage }) => stage === name));
  const align = () => used.map(({ name, stride }) => {
    const side = imageSize / stride;
    return { name, side, grids: pairs.map(([query, key]) => alignGrid(query, key, { height: side, width: side })) };
  });
  const milliseconds = (1000 * best(align)) / batch;
  const found = align();
  const join = (grids, part) => Float32Array.from(grids.flatMap((grid) => [...grid[part]]));
  const alignment = Object.fromEntries(found.map(({ name, side, grids }) => [name, { positions: tf.tensor4d(join(grids, 'positions'), [batch, side, side, 2]), mask: tf.tensor3d(join(grids, 'mask'), [batch, side, side]) }]));
  return { alignment, milliseconds };
}

function median(times) {
  return [...times].sort((a, b) => a - b)[times.length >> 1];
}
