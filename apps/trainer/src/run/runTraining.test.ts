import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectNoLeak } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { registerWebgpuBackend, requestAdapter, type GpuAdapter, type GpuDevice } from '@cxr-ifa/webgpu-kernels';
import { openDawn } from '@cxr-ifa/webgpu-kernels/node';
import { memory, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageCache } from '../input/imageCache.ts';
import { buildImageCache } from '../input/buildImageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { ProbeImages } from '../monitor/probeImages.ts';
import { pretrainOptions, type PretrainOptions } from '../options/pretrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { readRecords } from '../input/readRecords.ts';
import type { Terminal } from '../terminal.ts';
import { writeImages } from '../testing/writeImages.ts';
import { readCheckpoint } from './checkpointFile.ts';
import { planTraining } from './planTraining.ts';
import { isTimeUp, withTimeLimit } from './timeLimit.ts';
import { encoderOf, trainerOf, trainToEnd } from './trainer.ts';

const adapter = await requestAdapter(openDawn()).catch(() => undefined);
let folder: string;
let printed: string[];
let onUpdate: (done: number) => void;
const terminal: Terminal = { print: (line) => void printed.push(line), progress: (label) => ({ update: (done) => label === 'Pretraining' && onUpdate(done), finish: () => undefined }) };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  writeImages(join(folder, 'images'), 10);
  printed = [];
  onUpdate = () => undefined;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const resolve = (changed: object): PretrainOptions =>
  resolveOptions('pretrain', pretrainOptions, { data: join(folder, 'images'), arch: 'resnet18', width: 2, imageSize: 32, batchSize: 4, steps: 12, workers: 0, logEvery: 4, checkpointEvery: 5, keepCheckpoints: 9, ...changed });

async function run(changed: object = {}, signal: AbortSignal = new AbortController().signal, learningRate?: (step: number) => number, probeImages?: ProbeImages): Promise<number> {
  const options = resolve(changed);
  const pool = createWorkerPool(0);
  const cache: ImageCache = await buildImageCache({ selection: await readRecords({ ...options, data: options.data as string }), preparation: { imageSize: 32, clipPercentile: 99, aspect: 'stretch' }, folder: join(folder, 'cache'), pool, terminal });
  const { encoder, table } = encoderOf(options);
  const plan = planTraining(options, 10, encoder);
  const rng = createRng(options.seed);
  const momentumContrast = trainerOf(options, encoder, plan, rng);
  if (learningRate) {
    const takeStep = momentumContrast.trainStep.bind(momentumContrast);
    momentumContrast.trainStep = (views) => takeStep(views, { learningRate: learningRate(momentumContrast.step) });
  }
  try {
    return await trainToEnd(options, { folder, momentumContrast, encoder, table, plan, cache, pool, rng, memory: { fixed: 1e6, perImage: 1e5, perHeldImage: 1e3 }, probeImages, terminal, signal });
  } finally {
    momentumContrast.dispose();
  }
}

const metrics = (): { step: number; loss: number; epoch: number }[] => readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

describe('runTraining', () => {
  it('logs and saves when it should, foretells the rest after three steps, and keeps no tensors', async () => {
    const counts = new Map<number, number>();
    onUpdate = (done) => counts.set(done, memory().numTensors);
    await expectNoLeak(() => run().then(() => undefined));
    expect(metrics().map(({ step, epoch }) => [step, epoch])).toEqual([[4, 1], [8, 3], [12, 5]]);
    expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(['latest', ...['05', '10', '12'].map((step) => `step-000000${step}.safetensors`)]);
    const forecasts = printed.filter((line) => line.includes('s a step'));
    expect(forecasts).toEqual([expect.stringMatching(/^[\d.]+ s a step: the run will take .+, [\d.]+ [MG]B of memory, and [\d.]+ MB of disk for checkpoints of [\d.]+ [kM]B$/)]);
    expect(printed.at(-2)).toMatch(/^Verdict: /);
    expect(counts.get(12)).toBe(counts.get(3));
  });

  it('stops with a checkpoint when it is asked to, even before its first step', async () => {
    const controller = new AbortController();
    onUpdate = (done) => done === 7 && controller.abort();
    expect(await run({}, controller.signal)).toBe(7);
    expect(readFileSync(join(folder, 'checkpoints', 'latest'), 'utf8')).toBe('step-00000007.safetensors\n');
    rmSync(join(folder, 'checkpoints'), { recursive: true });
    expect(await run({}, AbortSignal.abort())).toBe(0);
    expect(readFileSync(join(folder, 'checkpoints', 'latest'), 'utf8')).toBe('step-00000000.safetensors\n');
  });

  it('stops so when the time is up, with views made between the steps', async () => {
    const signal = withTimeLimit(new AbortController().signal, '1s');
    await new Promise((resolve) => signal.addEventListener('abort', resolve)); // the process has run for as long, or soon will have
    expect(isTimeUp(signal)).toBe(true);
    const interruption = new AbortController();
    const other = withTimeLimit(interruption.signal, '20d');
    interruption.abort();
    expect([other.aborted, isTimeUp(other)]).toEqual([true, false]);
    const late = AbortSignal.timeout(1); // comes while the first step is taken
    expect(await run({ steps: 500 }, late)).toBeLessThan(500);
  });

  it('ends where a number is not finite any more, with the last checkpoint from which a step could be taken', async () => {
    let message = '';
    await expectNoLeak(() => run({ learningRate: 1e30, checkpointEvery: 1 }).catch((error: Error) => void (message = error.message)));
    const [, step, checkpoint] = /^Cannot go on as numbers of step (\d+) are not finite \(.*gradientNorm is \S+.*\): (?:no checkpoint was good yet; begin again|the last good checkpoint is (\S+); go on from it) with a lower learning rate: cxr-ifa pretrain --config \S+ (?:--init \S+ )?--learning-rate 1e\+29 --out \S+-again$/.exec(message) ?? [];
    expect(step, message).toBeDefined();
    const found = readdirSync(join(folder, 'checkpoints')).sort();
    const good = Array.from({ length: Number(step) - 2 }, (_, index) => `step-${String(index + 1).padStart(8, '0')}.safetensors`);
    expect(found).toEqual(good.length > 0 ? ['latest', ...good] : []);
    if (good.length > 0) expect(readFileSync(join(folder, 'checkpoints', 'latest'), 'utf8')).toBe(`${good.at(-1)}\n`);
    expect(checkpoint?.endsWith(good.at(-1) as string)).toBe(good.length > 0 ? true : undefined);
  });

  it('leaves the last good checkpoint as the latest where training breaks later', async () => {
    const schedule: [number, number] = [6, 1e30]; // from step 7 on
    let message = '';
    await run({ checkpointEvery: 2 }, undefined, (step) => (step < schedule[0] ? 0.03 : schedule[1])).catch((error: Error) => void (message = error.message));
    const step = Number(/numbers of step (\d+) are not finite/.exec(message)?.[1]);
    expect(step).toBeGreaterThan(7);
    const latest = readFileSync(join(folder, 'checkpoints', 'latest'), 'utf8').trim();
    const saved = Number(/\d+/.exec(latest)?.[0]);
    expect(saved).toBeLessThanOrEqual(step - 2); // a step could be taken from it
    expect(saved).toBeGreaterThanOrEqual(6);
    expect(message).toContain(`the last good checkpoint is ${join(folder, 'checkpoints', latest)}; go on from it with a lower learning rate: cxr-ifa pretrain --config ${folder}/config.json --init ${join(folder, 'checkpoints', latest)} --learning-rate 0.003 --out ${folder}-again`);
    expect(readdirSync(join(folder, 'checkpoints')).filter((name) => name.endsWith('.partial'))).toEqual([]);
    const logged = metrics().map((row) => row.step);
    expect(Math.max(...logged)).toBeLessThan(step);
  });

  it('takes the same steps whether it looks closely or not, and logs what it sees', async () => {
    await run({ monitorEvery: 0, tensorboard: 'off' });
    const [plain, bytes] = [metrics(), readFileSync(join(folder, 'checkpoints', 'step-00000012.safetensors'))];
    expect(existsSync(join(folder, 'tensorboard'))).toBe(false);
    for (const name of ['checkpoints', 'metrics.jsonl']) rmSync(join(folder, name), { recursive: true });
    await run({ monitorEvery: 5 });
    expect(readFileSync(join(folder, 'checkpoints', 'step-00000012.safetensors')).equals(bytes)).toBe(true);
    const observed = metrics();
    expect(observed.map(({ step }) => step)).toEqual([4, 5, 8, 10, 12]);
    expect(observed.filter((row) => 'embeddingStd' in row).map(({ step }) => step)).toEqual([5, 10, 12]);
    expect(observed.find(({ step }) => step === 12)).toMatchObject({ loss: plain.at(-1)?.loss, queueFill: 1, queueAge: 2, accuracyTop5: expect.any(Number), hardestNegativeLogit: expect.any(Number), batchNormLeak: expect.any(Number), alignment: expect.any(Number), uniformity: expect.any(Number), effectiveRank: expect.any(Number), 'similarity.layer2': expect.any(Number), 'otherSimilarity.layer4': expect.any(Number), 'gradientNorm.layer1': expect.any(Number), 'gradientNorm.head': expect.any(Number) });
    expect(readdirSync(join(folder, 'tensorboard'))).toHaveLength(1);
  });

  it('scores the encoder as it trains, without touching it', async () => {
    const images = Array.from({ length: 10 }, (_, index) => ({ index, heldOut: index % 3 === 0, labels: [index % 2 === 0 ? 1 : 0] as (0 | 1)[] }));
    const probeImages = { format: 'cxr-ifa-probe-images-1', findings: ['even'], images } as const;
    await run({ steps: 6, logEvery: 6 });
    const bytes = readFileSync(join(folder, 'checkpoints', 'step-00000006.safetensors'));
    for (const name of ['checkpoints', 'metrics.jsonl']) rmSync(join(folder, name), { recursive: true });
    await expectNoLeak(() => run({ steps: 6, logEvery: 6, probeEvery: 4 }, undefined, undefined, { ...probeImages, images: [...images], findings: ['even'] }).then(() => undefined));
    expect(readFileSync(join(folder, 'checkpoints', 'step-00000006.safetensors')).equals(bytes)).toBe(true);
    const rows = metrics().filter((row) => 'probe.linear' in row) as unknown as Record<string, number>[];
    expect(rows.map(({ step }) => step)).toEqual([4, 6]);
    for (const row of rows) {
      expect(row['probe.linear']).toBe(row['probe.linear.even']);
      for (const method of ['linear', 'knn']) expect(Math.abs((row[`probe.${method}`] as number) - 0.5)).toBeLessThanOrEqual(0.5);
    }
  });

  it.skipIf(!adapter)('ends in one sentence where the GPU is lost, with the last checkpoint', async () => {
    const found = adapter as GpuAdapter;
    let device: GpuDevice | undefined;
    await registerWebgpuBackend({ adapter: { info: found.info, features: found.features, limits: found.limits, requestDevice: async (descriptor) => (device = await found.requestDevice(descriptor)) } });
    await setBackend('webgpu');
    onUpdate = (done) => done === 3 && device?.destroy();
    try {
      await expect(run({ checkpointEvery: 2, monitorEvery: 0, steps: 6 })).rejects.toThrow(
        new RegExp(`^Cannot go on with the backend webgpu as the GPU was lost \\(.+\\): start again, and update its driver if it happens often; the checkpoint of step 2 is saved, go on with cxr-ifa pretrain --resume ${folder}$`),
      );
    } finally {
      await setBackend('cpu');
      removeBackend('webgpu');
    }
    expect(readFileSync(join(folder, 'checkpoints', 'latest'), 'utf8')).toBe('step-00000002.safetensors\n');
    const { tensors, details } = await readCheckpoint(join(folder, 'checkpoints', 'step-00000002.safetensors'));
    expect([details?.step, tensors.size > 50]).toEqual([2, true]);
  }, 300_000); // a software adapter compiles for some seconds
});
