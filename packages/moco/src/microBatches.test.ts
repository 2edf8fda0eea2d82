// Gradient accumulation and recomputation: other ways to the same step, in less memory
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { barlowTwins, ifaPresets, projectedStageLoss } from '@cxr-ifa/losses';
import { adamW, lars, sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, disposeTensors, type Encoder } from '@cxr-ifa/tensor';
import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { meanOver } from './meanOver.ts';
import { MomentumContrast } from './momentumContrast.ts';
import type { MomentumContrastOptions } from './momentumContrastOptions.ts';
import { createStageProjector } from './stageProjector.ts';
import type { StepLog } from './stepLog.ts';
import type { Alignment, Views } from './views.ts';

const SIDE = 64; // maps of the last stage have 4 cells: batch-norm over fewer values magnifies rounding
const encoder = createResnet({ architecture: 'resnet18', width: 4 });
const made: { dispose(): void }[] = [];
afterEach(() => made.splice(0).forEach((one) => one.dispose()));

function create(options: Partial<MomentumContrastOptions> = {}): MomentumContrast {
  const momentumContrast = new MomentumContrast({ encoder, optimizer: sgd(), ifa: ifaPresets.released, queueSize: 16, batchNormGroups: 4, momentum: 0.9, rng: createRng(1), ...options });
  made.push(momentumContrast);
  return momentumContrast;
}

function viewsOf(seed: number, images = 8): Views {
  const render = (view: string): tf.Tensor4D => {
    const rng = createRng(seed).fork(view);
    return tf.tensor4d(Float32Array.from({ length: images * SIDE ** 2 }, (_, i) => Math.sin(0.005 * (i % SIDE ** 2) * (1 + Math.floor(i / SIDE ** 2))) + 0.3 * rng.normal()), [images, SIDE, SIDE, 1]);
  };
  const views = { query: render('query'), key: render('key') };
  made.push(views.query, views.key);
  return views;
}

/** Every cell where it was, and all of them counted. */
function stillAlignment(images: number, sides: Record<string, number>): Record<string, Alignment> {
  return Object.fromEntries(Object.entries(sides).map(([stage, side]) => {
    const centre = (index: number): number => (2 * index + 1) / side - 1;
    const positions = tf.tensor4d(Array.from({ length: images * side ** 2 }, (_, cell) => [centre(cell % side), centre(Math.floor(cell / side) % side)]).flat(), [images, side, side, 2]);
    const mask = tf.ones<tf.Rank.R3>([images, side, side]);
    made.push(positions, mask);
    return [stage, { positions, mask }];
  }));
}

/** What a few steps log, and all tensors after them. */
async function run(options: Partial<MomentumContrastOptions>, steps = 2, alignment?: Record<string, Alignment>): Promise<{ logs: StepLog[]; tensors: Map<string, Float32Array> }> {
  const momentumContrast = create(options);
  const logs: StepLog[] = [];
  for (let step = 0; step < steps; step++) logs.push(await momentumContrast.trainStep({ ...viewsOf(step), ...(alignment && { alignment }) }, { learningRate: 0.01 }));
  const { tensors } = momentumContrast.snapshot();
  return { logs, tensors: new Map(await Promise.all([...tensors].map(async ([name, tensor]) => [name, Float32Array.from((await tensor.data()) as Float32Array)] as const))) };
}

async function expectSameRun(found: Awaited<ReturnType<typeof run>>, expected: Awaited<ReturnType<typeof run>>): Promise<void> {
  for (const [index, log] of expected.logs.entries()) {
    expect(Object.keys(found.logs[index] as StepLog)).toEqual(Object.keys(log));
    for (const [name, value] of Object.entries(log)) expect((found.logs[index] as unknown as Record<string, number>)[name], name).toSatisfy((other: number) => Math.abs(other - value) <= 1e-3 * Math.abs(value) + 1e-5);
  }
  expect([...found.tensors.keys()]).toEqual([...expected.tensors.keys()]);
  for (const [name, tensor] of expected.tensors) {
    const size = Math.max(...tensor.map(Math.abs));
    await expectClose(found.tensors.get(name) as Float32Array, tensor, { relative: 0, absolute: 1e-3 * size + 1e-7 });
  }
}

const projector = createStageProjector({ stages: encoder.stages.slice(-2), sizes: [8, 8] });
const barlow = {
  name: 'barlow',
  stages: ['layer3', 'layer4'],
  initialise: projector.initialise,
  compute: (query, key, parameters) =>
    projectedStageLoss(query, key, { terms: [{ stage: 'layer3', weight: 0.1 }, { stage: 'layer4', weight: 0.1 }], project: (pooled, stage) => projector.project(parameters, pooled, stage), compare: (q, k) => barlowTwins(q, k) }),
} satisfies MomentumContrastOptions['intermediate'];

beforeAll(async () => {
  await registerSimdBackend();
  await tf.setBackend('simd');
});
afterAll(async () => {
  await tf.setBackend('cpu');
  tf.removeBackend('simd');
});

describe('less memory', () => {
  describe('a step over micro-batches', () => {
    it('is the step of the whole batch in the same batch-norm groups, shuffle and running statistics included', async () => {
      const whole = await run({});
      await expectSameRun(await run({ microBatches: 2 }), whole);
      await expectSameRun(await run({ microBatches: 4 }), whole);
    });

    it('is so with clipping, aligned views, and optimisers that remember more', async () => {
      const options = { optimizer: adamW({ epsilon: 1e-3 }), clipGradients: 0.5, ifa: ifaPresets.aligned };
      const alignment = stillAlignment(8, { layer1: 16, layer4: 2 });
      const whole = await run(options, 2, alignment);
      expect(whole.logs[0]?.['coverage.layer1']).toBe(1);
      expect(whole.logs[0]?.gradientNorm).toBeGreaterThan(0.5);
      await expectSameRun(await run({ ...options, microBatches: 2 }, 2, alignment), whole);
    });
  });

  describe('recomputing stages', () => {
    it('gives the same numbers, gradients and statistics', async () => {
      const optimizer = sgd({ momentum: 0.9, weightDecay: 0 }); // after one step the momenta are the gradients
      for (const options of [{ optimizer, ifa: ifaPresets.none }, { optimizer, ifa: [...ifaPresets.released, { stage: 'stem', target: 0.5, weight: 1, pool: 2 }, { stage: 'layer3', target: 1, weight: 2 }] }]) {
        await expectSameRun(await run({ ...options, recompute: 'stages' }, 1), await run(options, 1));
      }
    });

    it('does so with an intermediate loss that learns, over micro-batches, and with LARS', async () => {
      const options = { intermediate: barlow, ifa: [], microBatches: 2, optimizer: lars({ weightDecay: 1e-4 }), clipGradients: 1 };
      await expectSameRun(await run({ ...options, recompute: 'stages' }), await run(options));
    });
  });

  it('holds less at once, the more so the two together', async () => {
    const peak = async (options: Partial<MomentumContrastOptions>): Promise<number> => {
      const momentumContrast = create({ ...options, batchNormGroups: 4 });
      const views = viewsOf(0, 16);
      await momentumContrast.trainStep(views, { learningRate: 0.01 });
      const before = tf.memory().numBytes;
      return -before + await peakBytes(() => momentumContrast.trainStep(views, { learningRate: 0.01 }));
    };
    const [plain, accumulated, recomputed, both] = [await peak({}), await peak({ microBatches: 4 }), await peak({ recompute: 'stages' }), await peak({ microBatches: 4, recompute: 'stages' })];
    expect(accumulated).toBeLessThan(0.6 * plain);
    expect(recomputed).toBeLessThan(0.75 * plain);
    expect(both).toBeLessThan(accumulated);
  });

  it('leaves as many tensors as before', async () => {
    const views = viewsOf(0);
    for (const options of [{ microBatches: 4 }, { recompute: 'stages', clipGradients: 1 }, { microBatches: 2, recompute: 'stages' }] as const) {
      const momentumContrast = create(options);
      await momentumContrast.trainStep(views, { learningRate: 0.01 });
      await expectNoLeak(() => momentumContrast.trainStep(views, { learningRate: 0.01 }));
    }
  });
});

describe('clipping', () => {
  it('moves by the shortened gradient, and logs the norm that it had', async () => {
    const optimizer = sgd({ momentum: 0, weightDecay: 0 });
    const start = (await run({ optimizer }, 0)).tensors;
    const [plain, clipped, loose] = [await run({ optimizer }, 1), await run({ optimizer, clipGradients: 0.1 }, 1), await run({ optimizer, clipGradients: 1e3 }, 1)];
    const moved = ({ tensors }: typeof plain): number => Math.hypot(...[...tensors].filter(([name]) => /^(encoder|head)_q/.test(name)).map(([name, tensor]) => Math.hypot(...tensor.map((value, i) => value - (start.get(name)![i] as number)))));
    const { gradientNorm } = plain.logs[0] as StepLog;
    expect(moved(plain) / 0.01).toBeCloseTo(gradientNorm, 2);
    expect(moved(clipped) / 0.01).toBeCloseTo(0.1, 4);
    expect((clipped.logs[0] as StepLog).gradientNorm).toBeCloseTo(gradientNorm, 5);
    await expectSameRun(loose, plain);
  });
});

describe('meanOver', () => {
  it('means what there is, a lacking tensor as 0, and frees the parts', async () => {
    const part = (value: number, extra: boolean) => ({ a: new Map<string, tf.Tensor>([['x', tf.tensor1d([value, 2 * value])], ...(extra ? [['y', tf.scalar(6)] as const] : [])]) });
    await expectNoLeak(() => meanOver(3, (index) => part(index, index === 2)).a.forEach((tensor) => tensor.dispose()));
    const { a } = meanOver(3, (index) => part(index, index === 2));
    await expectClose(a.get('x') as tf.Tensor, [1, 2]);
    await expectClose(a.get('y') as tf.Tensor, 2);
    disposeTensors(a);
    await expectNoLeak(() => {
      expect(() => meanOver(3, (index) => {
        if (index === 2) throw new Error('no third part');
        return part(index, false);
      })).toThrow('no third part');
    });
  });
});

describe('refuses', () => {
  const ignorant: Encoder = { ...encoder, encode: (parameters, statistics, images, { to: _, ...options }) => encoder.encode(parameters, statistics, images, options) };
  it.each([
    ['micro-batches that do not divide the batch', { microBatches: 3, batchNormGroups: 3 }, 'Cannot take a training step as the micro-batches must divide the batch: current micro-batches are 3, batch 8'],
    ['micro-batches that cut a group', { microBatches: 4, batchNormGroups: 2 }, 'Cannot take a training step as a micro-batch must have whole batch-norm groups: current groups are 2, micro-batches 4'],
    ['no micro-batch', { microBatches: 0 }, 'Cannot set up momentum contrast as there must be at least one micro-batch: current value is 0'],
    ['a norm of 0', { clipGradients: 0 }, 'Cannot set up momentum contrast as the norm to clip gradients to must be above 0: current value is 0'],
    ['to recompute what is unknown', { recompute: 'layers' as 'stages' }, "Cannot set up momentum contrast as recompute must be 'none' or 'stages': current value is layers"],
    ['an encoder that does not stop', { recompute: 'stages', encoder: ignorant } as const, 'Cannot recompute stages as the encoder must stop after layer3 where options.to asks it to: its stages were stem, layer1, layer2, layer3, layer4'],
  ])('%s', async (_, options, message) => {
    const views = viewsOf(0);
    await expectNoLeak(async () => {
      const attempt = async (): Promise<void> => {
        const momentumContrast = new MomentumContrast({ encoder, optimizer: sgd(), queueSize: 16, rng: createRng(1), ...options });
        await momentumContrast.trainStep(views, { learningRate: 0.1 }).finally(() => momentumContrast.dispose());
      };
      await expect(attempt()).rejects.toThrow(message);
    });
  });
});

/** The most that tensors held at any kernel's end while `f` ran. */
async function peakBytes(f: () => Promise<unknown>): Promise<number> {
  const engine = tf.engine() as unknown as { runKernelFunc: (...inputs: unknown[]) => unknown; state: { numBytes: number } };
  const original = engine.runKernelFunc;
  let most = 0;
  engine.runKernelFunc = function (...inputs) {
    const output = original.apply(this, inputs);
    most = Math.max(most, engine.state.numBytes);
    return output;
  };
  try {
    await f();
  } finally {
    engine.runKernelFunc = original;
  }
  return most;
}
