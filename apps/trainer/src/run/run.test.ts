import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointDetails } from '@cxr-ifa/checkpoint';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectNoLeak } from '@cxr-ifa/testing';
import { latestCheckpoint, readCheckpoint, saveCheckpoint } from './checkpointFile.ts';
import { loadEncoder } from './loadEncoder.ts';
import { cutMetricsLog, openMetricsLog } from './metricsLog.ts';
import { planTraining } from './planTraining.ts';
import { measureStepMemory, requireMemory } from './requireMemory.ts';
import { beginRun, claimFolder, readRunFile } from './runDirectory.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const details = (step: number): CheckpointDetails => ({
  step,
  epoch: 1,
  queuePointer: 4,
  optimizerStep: step,
  randomState: { key: [1, 0], counter: 0 },
  sampler: { epoch: 1, position: 8, images: 20 },
  encoder: { architecture: 'resnet18', width: 4, inputChannels: 1 },
  preprocessing: { imageSize: 32, clipPercentile: 99, aspect: 'stretch', normalisation: { mean: 0.658, std: 0.221 } },
});

describe('run directory', () => {
  it('is a run once its config stands', async () => {
    const run = join(folder, 'run');
    await claimFolder(run);
    await expect(readRunFile(run, 'config.json')).rejects.toThrow(`Cannot read the run ${run} as it has no readable config.json`);
    await beginRun(run, { seed: 1 }, { command: ['cxr-ifa'] });
    expect(await readRunFile(run, 'config.json')).toEqual({ seed: 1 });
    expect(readdirSync(run).sort()).toEqual(['config.json', 'run-card.json']);
    await expect(claimFolder(run)).rejects.toThrow(`Cannot write to ${run} as the folder must be empty: choose another --out, or go on with a run by --resume`);
  });

  it('may hold what a killed process left before its run began', async () => {
    mkdirSync(join(folder, 'cache'));
    writeFileSync(join(folder, '.config.json.123.partial'), '');
    const withdraw = await claimFolder(folder);
    await withdraw();
    expect(readdirSync(folder).sort()).toEqual(['.config.json.123.partial', 'cache']);
    writeFileSync(join(folder, 'notes.txt'), '');
    await expect(claimFolder(folder)).rejects.toThrow('the folder must be empty');
    await expect(claimFolder(join(folder, 'notes.txt'))).rejects.toThrow('it must be a folder');
  });

  it('is withdrawn with the folders that were made for it, and no others', async () => {
    const run = join(folder, 'runs', 'first');
    const withdraw = await claimFolder(run);
    mkdirSync(join(run, 'cache', 'abc'), { recursive: true });
    await withdraw();
    expect(readdirSync(folder)).toEqual([]);
    const other = await claimFolder(run);
    mkdirSync(join(run, 'cache'), { recursive: true });
    writeFileSync(join(folder, 'runs', 'notes.txt'), '');
    await other();
    expect(readdirSync(join(folder, 'runs'))).toEqual(['notes.txt']);
  });
});

describe('metrics log', () => {
  it('is cut after a step, with a torn last line', async () => {
    const path = join(folder, 'metrics.jsonl');
    const log = openMetricsLog(path);
    for (const step of [1, 2, 3, 4]) log.append({ step, loss: 1 / step });
    log.sync();
    log.close();
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"step":5,"lo`);
    await cutMetricsLog(path, 3);
    expect(readFileSync(path, 'utf8')).toBe('{"step":1,"loss":1}\n{"step":2,"loss":0.5}\n{"step":3,"loss":0.3333333333333333}\n');
    await cutMetricsLog(path, 99);
    await cutMetricsLog(path, 0);
    expect(readFileSync(path, 'utf8')).toBe('');
    await cutMetricsLog(join(folder, 'none.jsonl'), 3);
  });
});

describe('checkpoints', () => {
  const tensors = new Map<string, tf.Tensor>();
  beforeEach(() => tensors.set('encoder_q.conv1.weight', tf.tensor4d(Float32Array.from({ length: 12 }, (_, i) => i), [2, 2, 1, 3])).set('queue', tf.tensor2d([[1, 2]])));
  afterEach(() => disposeTensors(tensors));

  it('are kept in PyTorch\'s layout, the latest ones, and read back in ours', async () => {
    for (const step of [1, 2, 3]) await saveCheckpoint(join(folder, 'checkpoints'), tensors, details(step), 2);
    expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(['latest', 'step-00000002.safetensors', 'step-00000003.safetensors']);
    const checkpoint = await readCheckpoint(folder);
    expect(checkpoint.path).toBe(join(folder, 'checkpoints', 'step-00000003.safetensors'));
    expect(checkpoint.details).toEqual(details(3));
    expect(checkpoint.tensors.get('encoder_q.conv1.weight')).toEqual({ dtype: 'F32', shape: [2, 2, 1, 3], data: Float32Array.from({ length: 12 }, (_, i) => i) });
    const { readSafetensors } = await import('@cxr-ifa/checkpoint');
    expect(readSafetensors(readFileSync(checkpoint.path)).tensors.get('encoder_q.conv1.weight')?.shape).toEqual([3, 1, 2, 2]);
  });

  it('are found without `latest`, and leave no unfinished file', async () => {
    const checkpoints = join(folder, 'checkpoints');
    await saveCheckpoint(checkpoints, tensors, details(1), 3);
    writeFileSync(join(checkpoints, '.step-00000002.safetensors.99.partial'), 'half');
    rmSync(join(checkpoints, 'latest'));
    expect(await latestCheckpoint(folder)).toBe(join(checkpoints, 'step-00000001.safetensors'));
    writeFileSync(join(checkpoints, 'latest'), 'step-00000009.safetensors\n');
    expect(await latestCheckpoint(folder)).toBe(join(checkpoints, 'step-00000001.safetensors'));
    await saveCheckpoint(checkpoints, tensors, details(3), 3);
    expect(readdirSync(checkpoints).sort()).toEqual(['latest', 'step-00000001.safetensors', 'step-00000003.safetensors']);
    expect(await latestCheckpoint(join(folder, 'none'))).toBeUndefined();
  });

  it('are refused with a reason', async () => {
    const file = join(folder, 'a.safetensors');
    await expect(readCheckpoint(file)).rejects.toThrow(`Cannot read the checkpoint ${file} as there is no such file or folder`);
    await expect(readCheckpoint(folder)).rejects.toThrow(`Cannot read the checkpoint ${folder} as the folder is no run with a checkpoint`);
    writeFileSync(file, 'no checkpoint at all');
    await expect(readCheckpoint(file)).rejects.toThrow(`Cannot read the checkpoint ${file} as the header must be at most 100000000 bytes long`);
    const { writeSafetensors } = await import('@cxr-ifa/checkpoint');
    writeFileSync(file, writeSafetensors(new Map(), { 'cxr-ifa': '{"format":"cxr-ifa-checkpoint-9"}' }));
    await expect(readCheckpoint(file)).rejects.toThrow(`Cannot read the checkpoint ${file} as its cxr-ifa metadata is of another version or damaged: format is `);
    writeFileSync(file, writeSafetensors(new Map(), { 'cxr-ifa': '{' }));
    await expect(readCheckpoint(file)).rejects.toThrow('its cxr-ifa metadata must be JSON');
    writeFileSync(file, writeSafetensors(new Map()));
    expect((await readCheckpoint(file)).details).toBeUndefined();
  });
});

describe('loadEncoder', () => {
  const encoder = createResnet({ architecture: 'resnet18', width: 4 });
  it('gives back the encoder that was saved, and leaves nothing behind', async () => {
    const { parameters, statistics } = encoder.initialise(createRng(3));
    const image = tf.randomUniform<tf.Rank.R4>([2, 32, 32, 1], 0, 1, 'float32', 5);
    const expected = encoder.encode(parameters, statistics, image, { training: false });
    const prefixed = new Map<string, tf.Tensor>([...[...parameters].map(([name, tensor]) => [`encoder_q.${name}`, tensor] as const), ...[...statistics].map(([name, tensor]) => [`statistics_q.${name}`, tensor] as const)]);
    await saveCheckpoint(join(folder, 'checkpoints'), prefixed, details(7), 1);
    const before = tf.memory().numTensors;
    const loaded = await loadEncoder(folder);
    expect(loaded).toMatchObject({ step: 7, table: details(7).encoder, preprocessing: details(7).preprocessing });
    const found = loaded.encoder.encode(loaded.parameters, loaded.statistics, image, { training: false });
    expect(await found.features.data()).toEqual(await expected.features.data());
    disposeTensors([found.features], found.stages, loaded.parameters, loaded.statistics);
    expect(tf.memory().numTensors).toBe(before);

    const incomplete = new Map([...prefixed].filter(([name]) => name !== 'encoder_q.layer2.0.conv1.weight'));
    await saveCheckpoint(join(folder, 'checkpoints'), incomplete, details(8), 1);
    await expect(loadEncoder(folder)).rejects.toThrow(`Cannot load the encoder of ${folder} as layer2.0.conv1.weight must have shape [3, 3, 4, 8]: it is missing`);
    expect(tf.memory().numTensors).toBe(before);
    disposeTensors(parameters, statistics, [image, expected.features], expected.stages);
  });
});

describe('planTraining', () => {
  const encoder = createResnet({ architecture: 'resnet18', width: 4 });
  const sizes = { batchSize: 8, imageSize: 32, accumulate: 1 };

  it('chooses the largest queue that fits', () => {
    expect(planTraining(sizes, 100, encoder)).toEqual({ queueSize: 96, batchNormGroups: 2, stepsPerEpoch: 12, steps: 2400 });
    expect(planTraining({ ...sizes, batchSize: 256, imageSize: 224 }, 1_000_000, encoder)).toMatchObject({ queueSize: 65_536, batchNormGroups: 8 });
    expect(planTraining({ ...sizes, accumulate: 4 }, 100, encoder)).toMatchObject({ batchNormGroups: 4 });
    expect(planTraining({ ...sizes, steps: 7 }, 100, encoder).steps).toBe(7);
    expect(planTraining({ ...sizes, epochs: 3 }, 100, encoder).steps).toBe(36);
  });

  it.each([
    [{ imageSize: 16 }, "Cannot pretrain as images must not be smaller than the encoder's stride of 32: current --image-size is 16"],
    [{ batchSize: 256 }, 'Cannot pretrain as a batch must not be larger than the data of 100 images: current --batch-size is 256'],
    [{ batchNormGroups: 3 }, 'Cannot pretrain as the batch-norm groups must divide the batch of 8: current --batch-norm-groups is 3'],
    [{ accumulate: 3 }, 'Cannot pretrain as the micro-batches must divide the batch of 8: current --accumulate is 3'],
    [{ accumulate: 4, batchNormGroups: 2 }, 'Cannot pretrain as each of the 4 micro-batches must have whole batch-norm groups: current --batch-norm-groups is 2, choose a multiple of 4'],
    [{ batchNormGroups: 8 }, 'Cannot pretrain as a batch-norm group must have more than one value a channel, and 1 image of 32 pixels leaves one: choose a larger --batch-size or --image-size, or fewer --batch-norm-groups than 8'],
    [{ queueSize: 104 }, 'Cannot pretrain as the queue must not be larger than the data of 100 images, or an image would meet itself as a negative: current --queue-size is 104'],
    [{ queueSize: 60 }, 'Cannot pretrain as the batch of 8 must divide the queue: current --queue-size is 60, choose 56'],
    [{ epochs: 1, steps: 1 }, 'Cannot pretrain as either --epochs or --steps can be given: current values are 1 and 1'],
  ])('refuses %j', (changed, message) => {
    expect(() => planTraining({ ...sizes, ...changed }, 100, encoder)).toThrow(message);
  });
});

describe('requireMemory', () => {
  it('measures what a step takes', async () => {
    const encoder = createResnet({ architecture: 'resnet18', width: 4 });
    const about = (imageSize: number, recompute: 'none' | 'stages' = 'none') => ({ imageSize, recompute, stages: ['layer1'], slots: 1 });
    const small = measureStepMemory(encoder, about(32));
    const large = measureStepMemory(encoder, about(64));
    expect(large.fixed).toBe(small.fixed);
    expect(large.perImage / small.perImage).toBeGreaterThan(3.5); // four times the pixels, but for borders
    expect(large.perImage / small.perImage).toBeLessThan(4.2);
    expect(small.perImage).toBeGreaterThan(4 * (16 * 16 * 4 + 4 * (8 * 8 * 4))); // the stem's map and layer1's at the least
    expect(small.perHeldImage).toBe(2 * 4 * 32 ** 2 + 4 * 4 * 8 ** 2);
    const recomputed = measureStepMemory(encoder, about(64, 'stages'));
    expect(recomputed.perImage).toBeLessThan(0.8 * large.perImage);
    expect(measureStepMemory(encoder, { ...about(64), slots: 2 }).fixed).toBeGreaterThan(1.3 * large.fixed);
    await expectNoLeak(() => void measureStepMemory(encoder, about(32, 'stages')));
  });

  it('names a batch that fits', () => {
    const memory = { fixed: 0.6e9, perImage: 0.24e9, perHeldImage: 4e6 };
    const asked = (batchSize: number, accumulate = 1) => ({ batchSize, accumulate, recompute: 'none' as const });
    const simd = { name: 'simd', reason: '' } as const;
    requireMemory(memory, asked(14), simd);
    requireMemory(memory, asked(256, 32), simd);
    expect(() => requireMemory(memory, asked(256), simd)).toThrow('Cannot pretrain as a batch of 256 needs about 62.0 GB of memory, and the backend simd has 4.3 GB here: choose --accumulate 32, or --batch-size 12 or less, or a smaller --image-size or --width; --recompute stages takes less an image');
    expect(() => requireMemory(memory, { ...asked(256, 16), recompute: 'stages' }, simd)).toThrow('Cannot pretrain as a batch of 256 in 16 micro-batches needs about 5.5 GB of memory, and the backend simd has 4.3 GB here: choose --accumulate 32, or --batch-size 12 or less');
    expect(() => requireMemory({ fixed: 5e9, perImage: 1, perHeldImage: 1 }, asked(2), simd)).toThrow('choose a smaller --image-size, --width or --arch');
  });
});
