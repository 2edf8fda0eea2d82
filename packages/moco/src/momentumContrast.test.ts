import { convolution2d, kaimingNormal } from '@cxr-ifa/layers';
import { ifaPresets } from '@cxr-ifa/losses';
import { adamW, sgd } from '@cxr-ifa/optim';
import { createRng, createVariables, disposeTensors, type Encoder, type Rng } from '@cxr-ifa/tensor';
import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { MomentumContrast } from './momentumContrast.ts';
import type { MomentumContrastOptions } from './momentumContrastOptions.ts';
import { train } from './train.ts';
import { tensorsOf, type Alignment, type Views } from './views.ts';

/** An encoder that is no ResNet: two strided convolutions without batch-norm. */
const tinyEncoder: Encoder = {
  stages: [{ name: 'early', channels: 4, stride: 2 }, { name: 'late', channels: 6, stride: 4 }],
  featureSize: 6,
  inputChannels: 1,
  initialise: (rng) => ({
    parameters: createVariables(() => [['early', kaimingNormal(rng, [3, 3, 1, 4])], ['late', kaimingNormal(rng, [3, 3, 4, 6])]]),
    statistics: new Map(),
  }),
  encode: (parameters, _statistics, images, { training }) => ({
    ...tf.tidy(() => {
      const filter = (name: string): tf.Tensor4D => parameters.get(name) as unknown as tf.Tensor4D;
      const early: tf.Tensor4D = tf.relu(convolution2d(images, filter('early'), { stride: 2 }));
      const late: tf.Tensor4D = tf.relu(convolution2d(early, filter('late'), { stride: 2 }));
      return { stages: { early, late }, features: tf.mean(late, [1, 2]) as tf.Tensor2D };
    }),
    ...(training && { batchStatistics: new Map() }),
  }),
};

const ifa = [{ stage: 'early', target: 0.3, weight: 1 }, { stage: 'late', target: 1, weight: 1 }];
const made: { dispose(): void }[] = [];
afterEach(() => made.splice(0).forEach((one) => one.dispose()));

function create(options: Partial<MomentumContrastOptions> = {}): MomentumContrast {
  const momentumContrast = new MomentumContrast({ encoder: tinyEncoder, optimizer: sgd(), ifa, queueSize: 16, rng: createRng(1), ...options });
  made.push(momentumContrast);
  return momentumContrast;
}

/** Waves of a frequency and a direction of each image's own, with other noise in each view. */
function views(rng: Rng, images = 4): Views {
  const waves = Array.from({ length: images }, (_, image) => [rng.fork('x', image).uniform(0, 1.5), rng.fork('y', image).uniform(0, 1.5)] as const);
  const render = (noise: Rng): tf.Tensor4D => {
    const pixels = waves.flatMap(([x, y]) => Array.from({ length: 256 }, (_, i) => Math.sin(x * (i % 16) + y * Math.floor(i / 16)) + 0.1 * noise.normal()));
    return tf.tensor4d(Float32Array.from(pixels), [images, 16, 16, 1]);
  };
  const pair = { query: render(rng.fork('query')), key: render(rng.fork('key')) };
  made.push(pair.query, pair.key);
  return pair;
}

async function values(momentumContrast: MomentumContrast): Promise<Map<string, Float32Array>> {
  const { tensors } = momentumContrast.snapshot();
  return new Map(await Promise.all([...tensors].map(async ([name, tensor]) => [name, (await tensor.data()) as Float32Array] as const)));
}

describe('MomentumContrast', () => {
  it('trains an encoder that is no ResNet, and logs every term', async () => {
    const momentumContrast = create();
    const losses: number[] = [];
    for (let step = 0; step < 40; step++) {
      const log = await momentumContrast.trainStep(views(createRng(step)), { learningRate: 0.1 });
      expect(log.loss).toBeCloseTo(log.infoNce + log['ifa.early']! + log['ifa.late']!, 5);
      losses.push(log.loss);
    }
    expect(momentumContrast.step).toBe(40);
    const mean = (window: number[]): number => window.reduce((a, b) => a + b) / window.length;
    expect(mean(losses.slice(-10))).toBeLessThan(mean(losses.slice(5, 15))); // the queue holds real keys from step 4 on
  });

  it('moves the key encoder before it encodes, by m key + (1 - m) query', async () => {
    const momentumContrast = create({ momentum: 0.75 });
    await momentumContrast.trainStep(views(createRng(1)), { learningRate: 0.1 });
    const [before, query] = [await values(momentumContrast), await values(momentumContrast)];
    await momentumContrast.trainStep(views(createRng(2)), { learningRate: 0.1 });
    const after = await values(momentumContrast);
    const expected = Array.from(before.get('encoder_k.late')!, (key, i) => 0.75 * key + 0.25 * query.get('encoder_q.late')![i]!);
    await expectClose(after.get('encoder_k.late')!, expected);
    expect([...after.keys()].filter((name) => !name.startsWith('encoder_') && !name.startsWith('head_'))).toEqual([
      'momentum.encoder_q.early', 'momentum.encoder_q.late', 'momentum.head_q.0.weight', 'momentum.head_q.0.bias', 'momentum.head_q.2.weight', 'momentum.head_q.2.bias', 'queue',
    ]);
  });

  it('goes on from a snapshot to the same bits', async () => {
    for (const optimizer of [sgd(), adamW()]) {
      const unbroken = create({ optimizer });
      for (let step = 0; step < 3; step++) await unbroken.trainStep(views(createRng(step)), { learningRate: 0.05 });
      const resumed = create({ optimizer, rng: createRng(1) });
      const { tensors, state } = unbroken.snapshot();
      resumed.restore({ tensors: new Map([...tensors].map(([name, tensor]) => [name, tensor.clone()])), state: JSON.parse(JSON.stringify(state)) });
      for (let step = 3; step < 5; step++) {
        const [a, b] = [await unbroken.trainStep(views(createRng(step)), { learningRate: 0.05 }), await resumed.trainStep(views(createRng(step)), { learningRate: 0.05 })];
        expect(b).toEqual(a);
      }
      expect(await values(resumed)).toEqual(await values(unbroken));
    }
  });

  it('leaves as many tensors after a step as before, and none when disposed of', async () => {
    const outside = tf.memory().numTensors;
    const momentumContrast = create();
    const batch = views(createRng(1));
    await momentumContrast.trainStep(batch, { learningRate: 0.1 });
    await expectNoLeak(() => momentumContrast.trainStep(batch, { learningRate: 0.1 }));
    momentumContrast.dispose();
    momentumContrast.dispose();
    disposeTensors([batch.query, batch.key]);
    expect(tf.memory().numTensors).toBe(outside);
  });

  it('groups keys in another order than queries, so that no pair is normalised together', async () => {
    const groupsOf: number[][] = [];
    const spy: Encoder = {
      ...tinyEncoder,
      encode: (parameters, statistics, images, options) => {
        const first = tf.slice(images, [0, 0, 0, 0], [-1, 1, 1, 1]);
        groupsOf.push([...(first as unknown as { dataSync(): Float32Array }).dataSync()]);
        first.dispose();
        return tinyEncoder.encode(parameters, statistics, images, options);
      },
    };
    const marked = tf.tidy(() => tf.add(tf.zeros([8, 16, 16, 1]), tf.reshape(tf.range(0, 8), [8, 1, 1, 1]))) as tf.Tensor4D;
    const momentumContrast = create({ encoder: spy, rng: createRng(3) });
    for (let step = 0; step < 2; step++) await momentumContrast.trainStep({ query: marked, key: marked }, { learningRate: 0 });
    marked.dispose();
    const [keys, queries, otherKeys] = groupsOf as [number[], number[], number[]];
    expect(queries).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...keys].sort()).toEqual(queries);
    expect(keys).not.toEqual(queries);
    expect(otherKeys).not.toEqual(keys);
  });

  it('un-shuffles the keys: with equal encoders and equal views, the late stage agrees everywhere', async () => {
    const { query } = views(createRng(1), 8);
    const log = await create().trainStep({ query, key: query }, { learningRate: 0 });
    expect(log['similarity.late']).toBeGreaterThan(0.8); // 1 but for dead positions
    expect(log.accuracyTop1).toBe(1);
  });

  describe('with aligned views', () => {
    /** The cells of each image's query, so many columns further on in its key; and which of them count. */
    const shifted = (columns: readonly number[], cells: number, counts: (row: number, column: number) => boolean = () => true): Alignment => {
      const shape = [columns.length, cells, cells] as const;
      const all = columns.flatMap((by) => Array.from({ length: cells ** 2 }, (_, cell) => ({ by, row: Math.floor(cell / cells), column: cell % cells })));
      const alignment = {
        positions: tf.tensor4d(all.flatMap(({ by, row, column }) => [(2 * (column + by) + 1) / cells - 1, (2 * row + 1) / cells - 1]), [...shape, 2]),
        mask: tf.tensor3d(all.map(({ row, column }) => Number(counts(row, column))), [...shape]),
      };
      made.push(alignment.positions, alignment.mask);
      return alignment;
    };
    const still = (images: number, cells: number, counts?: (row: number, column: number) => boolean): Alignment => shifted(Array(images).fill(0), cells, counts);

    it('takes the same step to rounding where nothing moved, and says that all cells count', async () => {
      const batch = views(createRng(1));
      const [plain, aligned] = [create(), create()];
      const expected = await plain.trainStep(batch, { learningRate: 0.1 });
      const { 'coverage.early': early, 'coverage.late': late, ...found } = await aligned.trainStep({ ...batch, alignment: { early: still(4, 8), late: still(4, 4) } }, { learningRate: 0.1 });
      expect([early, late]).toEqual([1, 1]);
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, value] of Object.entries(expected)) expect(found[name as keyof typeof found], name).toBeCloseTo(value, 5);
      const [a, b] = [await values(plain), await values(aligned)];
      for (const [name, tensor] of a) await expectClose(b.get(name) as Float32Array, tensor, { absolute: 1e-5 });
    });

    it('finds each query in its own key, which is un-shuffled first, wherever it was moved to', async () => {
      const cells = [1, 0, -1, 1, -1, 0, 1, -1]; // of 4 pixels
      const { query } = views(createRng(1), 8);
      const key = tf.tidy(() => tf.concat(tf.split(query, 8).map((image, i) => {
        const by = 4 * (cells[i] as number);
        return tf.slice(tf.pad(image, [[0, 0], [0, 0], [Math.max(by, 0), Math.max(-by, 0)], [0, 0]]), [0, 0, Math.max(-by, 0), 0], [1, 16, 16, 1]);
      }))) as tf.Tensor4D;
      made.push(key);
      // Away from the borders, whose padding the one view has where the other has image
      const middle = (_row: number, column: number): boolean => column >= 3 && column <= 4;
      const similarity = async (alignment?: Alignment): Promise<number> => {
        const log = await create({ ifa: [{ stage: 'early', target: 1, weight: 1 }] }).trainStep({ query, key, ...(alignment && { alignment: { early: alignment } }) }, { learningRate: 0 });
        return log['similarity.early'] as number;
      };
      const twice = cells.map((by) => 2 * by); // the early stage has cells of 2 pixels
      expect(await similarity(shifted(twice, 8, middle))).toBeGreaterThan(0.95); // 1 but for dead positions
      expect(await similarity(shifted(twice.reverse(), 8, middle))).toBeLessThan(0.9);
      expect(await similarity()).toBeLessThan(0.9);
    });

    it('leaves a term out of the loss where no cell counts, and says so', async () => {
      const log = await create().trainStep({ ...views(createRng(1)), alignment: { early: still(4, 8, () => false), late: still(4, 4) } }, { learningRate: 0.1 });
      expect(log).toMatchObject({ 'ifa.early': 0, 'similarity.early': 0, 'coverage.early': 0, 'coverage.late': 1 });
      expect(log.loss).toBeCloseTo(log.infoNce + log['ifa.late']!, 5);
    });

    it('counts a pooled cell only if all of its cells count', async () => {
      const pooled = [{ stage: 'early', target: 1, weight: 1, pool: 2 }];
      const log = await create({ ifa: pooled }).trainStep({ ...views(createRng(1)), alignment: { early: still(4, 8, (row, column) => row > 0 || column > 1) } }, { learningRate: 0.1 });
      expect(log['coverage.early']).toBeCloseTo(15 / 16, 6);
    });

    it('leaves nothing behind, refused or not', async () => {
      const batch = { ...views(createRng(1)), alignment: { early: still(4, 8), late: still(4, 4) } };
      const momentumContrast = create();
      await momentumContrast.trainStep(batch, { learningRate: 0.1 });
      await expectNoLeak(() => momentumContrast.trainStep(batch, { learningRate: 0.1 }));
      const { early, late } = batch.alignment;
      const attempts: [Views['alignment'], new (message: string) => Error, string][] = [
        [{ early }, RangeError, 'Cannot take a training step as views must be aligned for every stage with an IFA term or for none: current alignment has no late'],
        [{ early, late: { ...late, mask: early.mask } }, TypeError, 'Cannot take a training step as the mask of late must have shape [N=4, H=4, W=4]: current shape is [4, 8, 8]'],
        [{ early, late: early }, TypeError, "Cannot align maps as the positions of late must have shape [N=4, H=4, W=4, 2]: current shape is [4, 8, 8, 2]"],
        [{ early, late: still(3, 4) }, TypeError, 'Cannot take a training step as the positions of late must have shape [N=4, H, W, 2]: current shape is [3, 4, 4, 2]'],
      ];
      for (const [alignment, type, message] of attempts) {
        const refused = (): Promise<unknown> => expect(momentumContrast.trainStep({ ...batch, alignment: alignment as Record<string, Alignment> }, { learningRate: 0.1 })).rejects.toThrow(new type(message) as never);
        await expectNoLeak(async () => void (await refused()));
      }
    });

    it('goes through train, which disposes of alignments too', async () => {
      const batches = async function* (): AsyncGenerator<Views> {
        const clone = <T extends tf.Tensor>(tensor: T): T => tensor.clone() as T;
        const { query, key } = views(createRng(1));
        const given = { early: still(4, 8), late: still(4, 4) };
        yield { query: clone(query), key: clone(key), alignment: Object.fromEntries(Object.entries(given).map(([stage, { positions, mask }]) => [stage, { positions: clone(positions), mask: clone(mask) }])) };
      };
      const momentumContrast = create();
      const kept: tf.Tensor[] = [];
      const watched = async function* (): AsyncGenerator<Views> {
        for await (const batch of batches()) {
          kept.push(...tensorsOf(batch));
          yield batch;
        }
      };
      for await (const log of train(momentumContrast, watched(), { steps: 1, schedule: () => 0.1 })) expect(log['coverage.late']).toBe(1);
      expect(kept.map(({ isDisposed }) => isDisposed)).toEqual(Array(6).fill(true));
    });
  });

  it('starts from another run, with or without its key branch', async () => {
    const source = create();
    for (let step = 0; step < 2; step++) await source.trainStep(views(createRng(step)), { learningRate: 0.1 });
    const { tensors } = source.snapshot();
    const encoderOnly = new Map([...tensors].filter(([name]) => name.startsWith('encoder_q.')));
    const target = create({ rng: createRng(9) });
    const { missing } = target.initialiseFrom(encoderOnly);
    const [from, to] = [await values(source), await values(target)];
    expect(to.get('encoder_q.early')).toEqual(from.get('encoder_q.early'));
    expect(to.get('encoder_k.early')).toEqual(from.get('encoder_q.early'));
    expect(missing).toContain('queue');
    expect(target.step).toBe(0);
    expect(create({ rng: createRng(9) }).initialiseFrom(tensors).missing).toEqual([]);
  });

  it.each([
    ['a batch that does not divide the queue', () => create({ queueSize: 18 }).trainStep(views(createRng(1)), { learningRate: 0.1 })],
    ['groups that do not divide the batch', () => create({ batchNormGroups: 3 }).trainStep(views(createRng(1)), { learningRate: 0.1 })],
    ['a stage that is not there', async () => create({ ifa: ifaPresets.released })],
    ['an empty queue', async () => create({ queueSize: 0 })],
    ['a snapshot of another encoder', async () => create().restore({ tensors: new Map(), state: { step: 1, queuePointer: 0, optimizerStep: 1 } })],
    ['images with three channels', () => create().trainStep({ query: tf.zeros([4, 16, 16, 3]), key: tf.zeros([4, 16, 16, 3]) }, { learningRate: 0.1 })],
  ])('refuses %s', async (_what, attempt) => {
    await expect(attempt()).rejects.toThrowErrorMatchingSnapshot();
  });
});

describe('train', () => {
  const batches = async function* (count: number): AsyncGenerator<Views> {
    for (let index = 0; index < count; index++) {
      const { query, key } = views(createRng(index));
      yield { query: query.clone(), key: key.clone() };
    }
  };

  it('yields a log a step, at the schedule’s rates, and disposes of its batches', async () => {
    const momentumContrast = create();
    const rates: number[] = [];
    for await (const { learningRate } of train(momentumContrast, batches(5), { steps: 3, schedule: (step) => 0.1 / (step + 1) })) rates.push(learningRate);
    expect(rates).toEqual([0.1, 0.05, 0.1 / 3]);
    for await (const _ of train(momentumContrast, batches(1), { steps: 3, schedule: () => 0.1 })) throw new Error('no step is left to take');
  });

  it('stops between steps when asked to', async () => {
    const signal = { aborted: false };
    let steps = 0;
    for await (const _ of train(create(), batches(5), { steps: 5, schedule: () => 0.1, signal })) signal.aborted = ++steps === 2;
    expect(steps).toBe(2);
  });
});
