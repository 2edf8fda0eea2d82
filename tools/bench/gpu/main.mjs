// How fast the GPU of this machine trains: adapter, kernels, MoCo v2 + IFA steps, on stock tfjs-webgpu, on ours, and on PyTorch where it is installed.
// usage: sh cxr-ifa-gpu-bench.run [--quick] [--out FOLDER] [--python PYTHON] [--torch-device cuda|cpu] [--only matMul,convolutions,training]     (made by pack.mjs)
// --quick: tiny sizes, to try the bench itself where there is no GPU. Writes gpu-bench.json and gpu-bench.md.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatResults, problemsOf } from './formatResults.mjs';
import { JOBS } from './jobs.mjs';
import { measureTorch } from './measureTorch.mjs';
import { vulkanEnvironment, whyNoAdapter } from './vulkanEnvironment.mjs';

const KINDS = { matMul: 'matMul', convolutions: 'convolution', training: 'training' };
const LOSS_TOLERANCE = 1e-4;
const MINUTES = 5;
const options = { quick: { type: 'boolean', default: false }, out: { type: 'string', default: '.' }, python: { type: 'string', default: 'python3' }, 'torch-device': { type: 'string', default: 'cuda' }, only: { type: 'string', default: Object.keys(KINDS).join() } };
const { values } = parseArgs({ options });
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const packed = JSON.parse(readFileSync(here('packed.json'), 'utf8')); // version, date, and the losses of backend-simd to hold ours against
const jobs = { ...JOBS[values.quick ? 'quick' : 'full'] };
for (const kind of Object.keys(KINDS)) if (!values.only.split(',').includes(kind)) jobs[kind] = [];

const scratch = mkdtempSync(join(tmpdir(), 'cxr-ifa-gpu-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const vulkan = vulkanEnvironment(here('libraries'), scratch);

/** One measurement in a process of its own. */
async function measure(what) {
  const child = spawn(process.execPath, [here('measure.mjs'), JSON.stringify(what)], { env: { ...process.env, ...vulkan.environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-10_000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), MINUTES * 60_000);
  const [code, signal] = await new Promise((done) => child.on('close', (...ended) => done(ended)));
  clearTimeout(timer);
  const line = output.trim().split('\n').at(-1);
  if (line?.startsWith('{')) return JSON.parse(line);
  return { problem: signal === 'SIGKILL' ? `it did not end within ${MINUTES} minutes, or the memory did not suffice` : `the process ended with ${signal ?? code} (${errors.trim().split('\n').at(-1)})` };
}

function fail(sentence, details = {}) {
  write({ problem: sentence, ...details }, `${sentence}\n`);
  console.error(sentence);
  process.exit(1);
}

function write(result, page) {
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, 'gpu-bench.json'), `${JSON.stringify({ date: new Date().toISOString(), node: process.version, cpu: cpus()[0]?.model.trim(), packed, quick: values.quick, vulkan, ...result }, null, 1)}\n`);
  writeFileSync(join(values.out, 'gpu-bench.md'), page);
}

const { result: adapter, problem } = await measure({ what: 'adapter' });
if (!adapter) fail(`Cannot measure a GPU as ${/finds no adapter/.test(problem) ? whyNoAdapter(vulkan) : problem}`);
if (adapter.software && !values.quick) fail(`Cannot measure a GPU as ${whyNoAdapter(vulkan)} (what there is computes on the processor: ${adapter.name}; to try the bench itself there, give --quick)`, { adapter });
console.log(`${adapter.name}${adapter.software ? ': computes on the processor, and says nothing of the speed of a GPU' : ''}`);

const { result: losses, problem: parityProblem } = await measure({ engine: 'ours', what: 'parity', job: packed.losses.length });
const difference = losses && Math.max(...losses.map((loss, index) => Math.abs(loss - packed.losses[index]) / packed.losses[index]));
const parity = losses ? `${losses.length} training steps differ by ${difference.toExponential(1)} from backend-simd's (${difference <= LOSS_TOLERANCE ? 'within' : 'NOT within'} ${LOSS_TOLERANCE})` : `the training steps that are compared could not be taken: ${parityProblem}`;
console.log(parity);

const engines = { stock: {}, ours: {} };
for (const [kind, what] of Object.entries(KINDS)) {
  for (const engine of Object.keys(engines)) engines[engine][kind] = [];
  for (const job of jobs[kind]) {
    for (const engine of Object.keys(engines)) {
      const outcome = await measure({ engine, what, job, seconds: jobs.seconds, steps: jobs.steps });
      engines[engine][kind].push(outcome);
      console.log(`${engine} ${what} ${JSON.stringify(job)}: ${JSON.stringify(outcome.result ?? outcome.problem)}`);
    }
  }
}
const torch = measureTorch(values.python, values['torch-device'], jobs);
const results = { adapter, parity: { difference, words: parity }, jobs, engines, torch };
const notes = [
  ...(torch.problem ? [torch.problem] : [`PyTorch ${torch.version} on ${torch.device}`]),
  ...(torch.version && values['torch-device'] === 'cpu' ? ['PyTorch ran on the processor: its ratios are of no GPU'] : []),
  ...problemsOf(results),
];
const page = [`${adapter.name}, ${new Date().toISOString().slice(0, 10)}, cxr-ifa ${packed.commit}${adapter.software ? ' (SOFTWARE ADAPTER: says nothing of the speed of a GPU)' : ''}`, parity, formatResults(results), notes.map((note) => `- ${note}`).join('\n')].join('\n\n');
write(results, `${page}\n`);
console.log(`\n${page}\n\nwritten: ${join(values.out, 'gpu-bench.json')}, ${join(values.out, 'gpu-bench.md')}`);
process.exitCode = losses && difference <= LOSS_TOLERANCE ? 0 : 1;
