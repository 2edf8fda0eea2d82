// Damaged PNG, JPEG, DICOM and CSV files against packages/datasets: each must be decoded or refused in one sentence, within 2 s and 512 MB.
// usage: node tools/long-run/fuzz.mjs [--count 25000] [--kinds png,jpeg,dicom,csv] [--seed 1] [--jobs 2]     (after npm run build; what is done already is not done again)
//        node tools/long-run/fuzz.mjs --kinds png --index 17      runs one input, and where it is wrong looks for a smaller one
// Works in runs/fuzz/; writes fuzz.json beside itself when all inputs of all four kinds are done.
import { createRng } from '@cxr-ifa/tensor';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeInput } from './fuzz/makeInput.mjs';
import { minimise } from './fuzz/minimise.mjs';
import { addResult, emptyTally, mergeTallies } from './fuzz/tally.mjs';
import { LIMITS, runInputs } from './fuzz/runInputs.mjs';
import { MAXIMUM_PIXELS } from './fuzz/runInput.mjs';
import { ownSeeds, realSeeds } from './fuzz/seeds.mjs';

const KINDS = ['png', 'jpeg', 'dicom', 'csv'];
const PART = 1000;
const WATCHERS = ['runInputs.mjs', 'minimise.mjs', 'tally.mjs'];
const { values } = parseArgs({ options: { count: { type: 'string', default: '25000' }, kinds: { type: 'string', default: KINDS.join() }, seed: { type: 'string', default: '1' }, jobs: { type: 'string', default: '2' }, index: { type: 'string' } } });
const [count, seed, jobs] = [values.count, values.seed, values.jobs].map(Number);
const kinds = values.kinds.split(',');
if (!kinds.every((kind) => KINDS.includes(kind)) || ![count, seed, jobs].every((number) => Number.isSafeInteger(number) && number >= 0)) throw new Error('Cannot fuzz as an option is not understood: see the usage in the first lines of this script');

const work = fileURLToPath(new URL('../../runs/fuzz/', import.meta.url));
mkdirSync(work, { recursive: true });
if (values.index === undefined) await runAll();
else await runOne(kinds[0], Number(values.index));

async function runAll() {
  const log = `${work}${versionOfCode()}.jsonl`;
  const done = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).filter((part) => part.seed === seed && part.tally.wrong.length === 0) : [];
  const isDone = ({ kind, from, to }) => done.some((part) => part.kind === kind && part.from === from && part.to === to);
  const parts = kinds.flatMap((kind) => Array.from({ length: Math.ceil(count / PART) }, (_, index) => ({ kind, seed, from: index * PART, to: Math.min(count, (index + 1) * PART) })));
  const queue = parts.filter((part) => !isDone(part));
  const runParts = async () => {
    for (let part = queue.shift(); part; part = queue.shift()) {
      const tally = emptyTally();
      await runInputs(part, (result) => addResult(tally, result));
      appendFileSync(log, `${JSON.stringify({ ...part, tally })}\n`);
      done.push({ ...part, tally });
      const { passed, decoded, wrong } = tally;
      console.log(JSON.stringify({ ...part, passed, decoded, left: queue.length, ...(wrong.length > 0 && { wrong: wrong.slice(0, 5) }) }));
    }
  };
  await Promise.all(Array.from({ length: jobs }, runParts));
  const results = Object.fromEntries(kinds.map((kind) => [kind, mergeTallies(done.filter((part) => part.kind === kind && part.to <= count).map(({ tally }) => tally))]));
  console.log(JSON.stringify(results, null, 1));
  if (kinds.length === KINDS.length) {
    const { seconds, growth } = LIMITS;
    const about = { date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model, node: process.version, seed, limits: { seconds, megabytes: growth / 2 ** 20, maximumPixels: MAXIMUM_PIXELS }, realFiles: Object.fromEntries(kinds.map((kind) => [kind, realSeeds(kind).length])) };
    writeFileSync(new URL('fuzz.json', import.meta.url), `${JSON.stringify({ ...about, inputs: kinds.length * count, kinds: results }, null, 1)}\n`);
  }
  process.exitCode = Object.values(results).every(({ wrong, passedHeader }) => wrong.length === 0 && passedHeader >= 0.3) ? 0 : 1;
}

async function runOne(kind, index) {
  const input = makeInput(kind, { own: ownSeeds(kind), real: realSeeds(kind) }, createRng(seed).fork('fuzz', kind, index));
  let found;
  await runInputs({ kind, seed, from: index, to: index + 1 }, (result) => (found = result));
  console.log(JSON.stringify({ ...found, table: input.table, size: input.bytes.length }));
  writeFileSync(`${work}${kind}-${index}`, input.bytes);
  if (found.outcome !== 'wrong') return;
  const { bytes } = await minimise(kind, input, found.reason);
  writeFileSync(`${work}${kind}-${index}.small`, bytes);
  console.log(`${bytes.length} bytes are as wrong: ${work}${kind}-${index}.small`);
}

/** What decides the inputs and what comes of them: parts that another version did are done again, and those with faults in any case. */
function versionOfCode() {
  const folders = ['../../packages/datasets/dist/', '../../packages/tensor/dist/', 'fuzz/'].map((path) => new URL(path, import.meta.url));
  const files = folders.flatMap((folder) => readdirSync(folder).filter((name) => /\.m?js$/.test(name) && !WATCHERS.includes(name)).sort().map((name) => new URL(name, folder)));
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
