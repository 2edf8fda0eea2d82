// What a MoCo v2 + IFA step takes of memory and time on the backend simd: as it is, accumulated over micro-batches, with stages recomputed, and both.
// usage: node tools/bench/stepMemory.mjs resnet18|resnet50 WIDTH IMAGE_SIZE BATCH STEPS [--micro-batches 4] [--threads 2]     (after npm run build)
// Every form has a process of its own, one after the other: the resident memory is what the system gave it at the most.
import '@cxr-ifa/gradients';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { ifaPresets } from '@cxr-ifa/losses';
import { MomentumContrast } from '@cxr-ifa/moco';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { peakBytes } from './peakBytes.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'micro-batches': { type: 'string', default: '4' }, threads: { type: 'string', default: '2' }, form: { type: 'string' } } });
const [architecture, width, imageSize, batch, steps] = [positionals[0], ...positionals.slice(1, 5).map(Number)];
const microBatches = Number(values['micro-batches']);
const FORMS = {
  plain: {},
  [`${microBatches} micro-batches`]: { microBatches },
  'stages recomputed': { recompute: 'stages' },
  [`${microBatches} micro-batches, stages recomputed`]: { microBatches, recompute: 'stages' },
};

if (values.form !== undefined) console.log(JSON.stringify(await measure(FORMS[values.form])));
else compare();

function compare() {
  const rows = Object.keys(FORMS).map((form) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...process.argv.slice(1), '--form', form], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return { form, ...JSON.parse(stdout) };
  });
  console.log(`${architecture} width ${width}, ${imageSize} px, batch ${batch}, ${values.threads} threads, ${process.version}`);
  const over = (value, base) => `(${(value / base).toFixed(2)})`;
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`.padStart(8);
  for (const { form, milliseconds, processor, peak, resident, loss, gradientNorm } of rows) {
    const [plain] = rows;
    console.log(
      `${form.padEnd(34)} tensors ${megabytes(peak)} over what stays ${over(peak, plain.peak)}, resident ${megabytes(resident)} ${over(resident, plain.resident)}, ` +
        `${milliseconds.toFixed(0).padStart(6)} ms for the fastest step ${over(milliseconds, plain.milliseconds)}, CPU ${processor.toFixed(0)} ms/step ${over(processor, plain.processor)}; first step's loss ${loss}, gradient norm ${gradientNorm}`,
    );
  }
}

async function measure(form) {
  await registerSimdBackend({ threads: Number(values.threads) });
  await tf.setBackend('simd');
  const rng = createRng(1);
  const moco = new MomentumContrast({ encoder: createResnet({ architecture, width }), optimizer: sgd(), ifa: ifaPresets.released, queueSize: 64 * batch, rng, batchNormGroups: microBatches, ...form });
  const image = () => tf.tensor4d(Float32Array.from({ length: batch * imageSize ** 2 }, () => rng.normal()), [batch, imageSize, imageSize, 1]);
  const views = { query: image(), key: image() };
  const { loss, gradientNorm } = await moco.trainStep(views, { learningRate: 0.03 });
  const times = [];
  const processor = process.cpuUsage();
  for (let step = 0; step < steps; step++) {
    const start = performance.now();
    await moco.trainStep(views, { learningRate: 0.03 });
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(processor);
  const resident = process.resourceUsage().maxRSS * 1024;
  const peak = await peakBytes(() => moco.trainStep(views, { learningRate: 0.03 }));
  tf.removeBackend('simd');
  return { loss, gradientNorm, peak, resident, milliseconds: Math.min(...times), processor: (user + system) / 1000 / steps };
}
