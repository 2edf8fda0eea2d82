// Processor time of the loader for a batch of two views (reading shards, augmenting, normalising, moving between threads), as a share of a ResNet-18 training step's.
// usage: node tools/bench/loader.mjs [--augment cxr,cxr-strong,mocoV2] [--cases 64x32,224x16] [--steps N] [--batches N]     (after npm run build; a case is IMAGE_SIZExBATCH)
import { encodeNpyHeader } from '@cxr-ifa/checkpoint';
import { createRng } from '@cxr-ifa/tensor';
import { CXR_NORMALISATION } from '@cxr-ifa/transforms';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

const { values } = parseArgs({
  options: { augment: { type: 'string', default: 'cxr,cxr-strong,mocoV2' }, cases: { type: 'string', default: '64x32,224x16' }, steps: { type: 'string', default: '6' }, batches: { type: 'string', default: '40' } },
});
const IMAGES = 64;
const folder = mkdtempSync(join(tmpdir(), 'loader-'));
const worker = new Worker(new URL('../../apps/trainer/dist/worker.js', import.meta.url));
console.log(`${cpus()[0].model}, Node ${process.version}`);
try {
  for (const [size, batch] of values.cases.split(',').map((pair) => pair.split('x').map(Number))) {
    const step = await stepMilliseconds(size, batch);
    const shard = writeShard(size);
    for (const augment of values.augment.split(',')) {
      const loader = await loaderMilliseconds({ shard, size, batch, augment });
      console.log(`${augment}, ${size} px, batch ${batch}: loader ${loader.toFixed(1)} ms, ResNet-18 step ${step.toFixed(0)} ms of processor time: ${((100 * loader) / step).toFixed(1)} %`);
    }
  }
} finally {
  await worker.terminate();
  rmSync(folder, { recursive: true });
}

/** Processor time of all threads for one step, as tools/bench/step.mjs measures it. */
async function stepMilliseconds(size, batch) {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('step.mjs', import.meta.url)), 'resnet18', String(size), String(batch), values.steps, '--threads', '2']);
  return Number(/CPU (\d+) ms\/step/.exec(stdout)[1]);
}

/** Processor time of all threads for one batch: the least of five runs. */
async function loaderMilliseconds({ shard, size, batch, augment }) {
  const rngState = createRng(1).state();
  const run = async (count, epoch) => {
    const start = process.cpuUsage();
    for (let i = 0; i < count; i++) {
      const images = Array.from({ length: batch }, (_, index) => ({ index: i * batch + index, shard, row: (i * batch + index) % IMAGES }));
      await ask({ images, imageSize: size, epoch, rngState, augment, query: 'augmented', normalisation: CXR_NORMALISATION });
    }
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / count;
  };
  await run(10, 0);
  const times = [];
  for (let repeat = 0; repeat < 5; repeat++) times.push(await run(Number(values.batches), 1));
  return Math.min(...times);
}

function ask(job) {
  return new Promise((resolve, reject) => {
    worker.once('message', ({ result, error }) => (result ? resolve(result) : reject(new Error(error.message))));
    worker.postMessage({ id: 0, kind: 'views', job });
  });
}

/** Prepared images as `cxr-ifa pretrain` keeps them: 8 bits, [images, height, width]. */
function writeShard(size) {
  const rng = createRng(2);
  const pixels = Uint8Array.from({ length: IMAGES * size * size }, () => rng.integer(256));
  const path = join(folder, `${size}.npy`);
  writeFileSync(path, Buffer.concat([encodeNpyHeader('U8', [IMAGES, size, size]), pixels]));
  return path;
}
