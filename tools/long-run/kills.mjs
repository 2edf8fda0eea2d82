// Kills `cxr-ifa pretrain` twenty times with SIGKILL at random moments, resumes it each time, and holds its last checkpoint and its log against those of a run that was not killed.
// usage: node tools/long-run/kills.mjs [KILLS] [--seed 1]     (after npm run build; writes kills.json beside itself)
import { createRng } from '@cxr-ifa/tensor';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string', default: '1' } } });
const [kills, seed] = [Number(positionals[0] ?? 20), Number(values.seed)];
const STEPS_A_KILL = 8;
const steps = kills * STEPS_A_KILL + STEPS_A_KILL;
const SETTINGS = `--arch resnet18 --width 8 --image-size 32 --batch-size 8 --optimizer adamw --warm-up 2epochs --clip-gradients 5 --accumulate 2 --recompute stages --checkpoint-every 5 --log-every 1 --steps ${steps}`;

const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-kills-'));
const bin = fileURLToPath(new URL('../../apps/trainer/bin/cxr-ifa.js', import.meta.url));
const rng = createRng(seed).fork('kills');
try {
  await finish(start('data phantom --count 60 --size 40 --out images'.split(' ')));
  const begin = (out) => ['pretrain', '--data', 'images', ...SETTINGS.split(' '), '--out', out];
  await finish(start(begin('whole')));

  const moments = [];
  let args = begin('killed');
  while (moments.length < kills) {
    const child = start(args);
    await untilMoment(child, logged('killed'));
    const alive = child.process.kill('SIGKILL');
    const { signal } = await child.ended;
    if (!alive || signal !== 'SIGKILL') throw new Error(`Cannot go on as the run ended before its kill number ${moments.length + 1}: it has too few steps`);
    moments.push({ milliseconds: Math.round(performance.now() - child.began), loggedSteps: logged('killed'), checkpoint: latest('killed') });
    console.log(JSON.stringify(moments.at(-1)));
    if (existsSync(join(folder, 'killed', 'config.json'))) args = ['pretrain', '--resume', 'killed']; // before, no run has begun
  }
  await finish(start(args));

  const [whole, killed] = ['whole', 'killed'].map(essence);
  const equal = { checkpoint: whole.checkpoint === killed.checkpoint, metrics: whole.metrics === killed.metrics };
  const about = { date: new Date().toISOString().slice(0, 10), cpu: cpus()[0].model, node: process.version, settings: SETTINGS, seed, kills };
  writeFileSync(new URL('kills.json', import.meta.url), `${JSON.stringify({ ...about, equal, lastCheckpoint: { whole: whole.checkpoint, killed: killed.checkpoint }, moments }, null, 1)}\n`);
  console.log(JSON.stringify(equal));
  process.exitCode = equal.checkpoint && equal.metrics ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function start(args) {
  const began = performance.now();
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stderr })));
  return { process: child, ended, began };
}

async function finish(child) {
  const { code, stderr } = await child.ended;
  if (code !== 0) throw new Error(`cxr-ifa ended with ${code}: ${stderr}`);
}

/** One time in five while the program starts; else after some steps more, and then any part of a step or of a checkpoint's writing. */
async function untilMoment({ process: { exitCode }, ended }, before) {
  const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (exitCode !== null) return;
  if (rng.uniform() < 0.2) return sleep(rng.uniform(0, 1500));
  const goal = before + 1 + rng.integer(STEPS_A_KILL);
  let over = false;
  void ended.then(() => (over = true));
  while (logged('killed') < goal && !over) await sleep(1);
  return sleep(rng.uniform(0, 100));
}

function lines(run) {
  const path = join(folder, run, 'metrics.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

/** The last step that a run has logged. */
function logged(run) {
  const last = lines(run).at(-1);
  return last === undefined ? 0 : JSON.parse(last).step;
}

function latest(run) {
  const path = join(folder, run, 'checkpoints', 'latest');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

/** All that must be the same: the bytes of the last checkpoint, and the log but for the speed. */
function essence(run) {
  const checkpoint = createHash('sha256').update(readFileSync(join(folder, run, 'checkpoints', latest(run)))).digest('hex');
  return { checkpoint, metrics: JSON.stringify(lines(run).map((line) => ({ ...JSON.parse(line), imagesPerSecond: undefined }))) };
}
