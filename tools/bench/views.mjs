// Pairs of views a second of each preset, ours beside albumentations with the same recipe, in turns and in processor time of one core.
// An 8-bit image in, two normalised float32 views out.
// usage: node tools/bench/views.mjs [--python PYTHON] [--pairs N] [--rounds N] [--sizes 224,512] [--presets cxr,cxr-strong,mocoV2] [--arithmetic float|uint8]     (after npm run build)
//        PYTHON has albumentations 1.1.0, opencv-python-headless < 4.8, numpy < 1.24; without --python ours alone is timed
import { createRng } from '@cxr-ifa/tensor';
import { createAugmentation, CXR_NORMALISATION, normalise } from '@cxr-ifa/transforms';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { python: { type: 'string' }, pairs: { type: 'string', default: '400' }, rounds: { type: 'string', default: '7' }, sizes: { type: 'string', default: '224,512' }, presets: { type: 'string', default: 'cxr,cxr-strong,mocoV2' }, arithmetic: { type: 'string', default: 'float' } },
});
const pairs = Number(values.pairs);
const folder = mkdtempSync(join(tmpdir(), 'views-'));
const peer = values.python && startPeer(values.python);
console.log(`${cpus()[0].model}, Node ${process.version}`);
try {
  for (const size of values.sizes.split(',').map(Number)) {
    const { file, bytes } = radiograph(size);
    for (const recipe of values.presets.split(',')) {
      // Turn by turn, so that other work on the machine falls on both; each one's fastest turn counts
      const seconds = { ours: Infinity, theirs: Infinity };
      let version = '';
      for (let round = 0; round < Number(values.rounds); round++) {
        seconds.ours = Math.min(seconds.ours, ours(recipe, bytes, size));
        if (!peer) continue;
        const answer = await peer.ask({ recipe, size, pairs, image: file });
        seconds.theirs = Math.min(seconds.theirs, answer.seconds);
        version = answer.version;
      }
      const rate = (time) => Math.round(pairs / time);
      console.log(`${recipe}, ${size} px: ${rate(seconds.ours)} pairs/s${peer ? `; ${version}: ${rate(seconds.theirs)} pairs/s; ratio ${(seconds.theirs / seconds.ours).toFixed(2)}` : ''}`);
    }
  }
} finally {
  peer?.end();
  rmSync(folder, { recursive: true });
}

/** Seconds of processor time for the pairs, the same draws in every turn; arrays are used again, as the loader does. */
function ours(recipe, bytes, size) {
  const augmentation = createAugmentation(recipe, { arithmetic: values.arithmetic });
  const rng = createRng(1);
  const array = () => new Float32Array(size * size);
  const [source, scratch, batch] = [array(), array(), { query: array(), key: array() }];
  const start = process.cpuUsage();
  for (let pair = 0; pair < pairs; pair++) {
    for (let i = 0; i < source.length; i++) source[i] = bytes[i] * (1 / 255);
    const image = { data: source, width: size, height: size, range: [0, 1] };
    for (const view of ['query', 'key']) normalise(augmentation(image, rng.fork(pair, view), scratch).image, CXR_NORMALISATION, batch[view]);
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** A smooth picture with grain: sizes decide the time, contents hardly. */
function radiograph(size) {
  const rng = createRng(2);
  const bytes = Uint8Array.from({ length: size * size }, (_, i) => 128 + 90 * Math.sin((i % size) / (size / 7)) * Math.cos(i / size / (size / 5)) + 12 * rng.normal());
  const file = join(folder, `${size}.bin`);
  writeFileSync(file, bytes);
  return { file, bytes };
}

function startPeer(python) {
  const process_ = spawn(python, [fileURLToPath(new URL('albumentations_views.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' } });
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  return {
    async ask(job) {
      process_.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`Cannot time albumentations as ${python} ended early: see its message above`);
      return JSON.parse(value);
    },
    end: () => process_.stdin.end(),
  };
}
