import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectNoLeak } from '@cxr-ifa/testing';
import { createRng } from '@cxr-ifa/tensor';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageCache } from '../input/imageCache.ts';
import { buildImageCache } from '../input/buildImageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { pretrainOptions, type PretrainOptions } from '../options/pretrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { readRecords } from '../input/readRecords.ts';
import type { Terminal } from '../terminal.ts';
import { writeImages } from '../testing/writeImages.ts';
import { planTraining } from './planTraining.ts';
import { isTimeUp, withTimeLimit } from './timeLimit.ts';
import { encoderOf, trainerOf, trainToEnd } from './trainer.ts';

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

async function run(changed: object = {}, signal: AbortSignal = new AbortController().signal): Promise<number> {
  const options = resolve(changed);
  const pool = createWorkerPool(0);
  const cache: ImageCache = await buildImageCache({ selection: await readRecords({ ...options, data: options.data as string }), preparation: { imageSize: 32, clipPercentile: 99, aspect: 'stretch' }, folder: join(folder, 'cache'), pool, terminal });
  const { encoder, table } = encoderOf(options);
  const plan = planTraining(options, 10, encoder);
  const rng = createRng(options.seed);
  const momentumContrast = trainerOf(options, encoder, plan, rng);
  try {
    return await trainToEnd(options, { folder, momentumContrast, encoder, table, plan, cache, pool, rng, terminal, signal });
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
    expect(printed).toEqual([expect.stringMatching(/^[\d.]+ s a step: the run will take .+ and [\d.]+ GB of memory$/)]);
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

  it('ends where the loss is no number any more, and saves no such state', async () => {
    let message = '';
    await expectNoLeak(() => run({ learningRate: 1e30, checkpointEvery: 1 }).catch((error: Error) => void (message = error.message)));
    expect(message).toMatch(/^Cannot go on as the loss of step \d+ is NaN: begin again with a lower --learning-rate$/);
    const step = Number(/step (\d+)/.exec(message)?.[1]);
    expect(readFileSync(join(folder, 'checkpoints', 'latest'), 'utf8')).toBe(`step-${String(step - 1).padStart(8, '0')}.safetensors\n`);
  });
});
