import { readFileSync } from 'node:fs';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { ifaPresets, kakuMse, stageMse, type IntermediateLoss } from '@cxr-ifa/losses';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { disposeTensors } from '@cxr-ifa/tensor';
import { counterUniform, fillTraining, fillViews, givenShuffles } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MomentumContrast } from './momentumContrast.ts';
import { createProjectionHead } from './projectionHead.ts';
import { tensorsOf, type Alignment, type Views } from './views.ts';

// Twenty free-running steps of every preset against PyTorch float64 and float32, made by tools/golden/moco_free_running.py

type Log = Record<string, number>;
interface Run {
  architecture: 'resnet18'; width: number; size: number; batch: number; groups: number; pointer: number; stream: number; learningRate: number;
  ifa: 'released' | 'abstract' | 'aligned' | 'none' | 'kaku-mse'; permutations: number[][];
  logs: Log[];
  /** How far PyTorch float32 strays from float64: the root mean square over the steps and four runs, by name. */
  float32: Log;
  /** After some steps, each part of the state and how far PyTorch float32 has strayed from it, as a share of its norm. */
  states: Record<string, Record<string, { digest: [norm: number, ...numbers: number[]]; float32: number }>>;
  /** The first step if the permutation of the key batch were not undone for the maps. */
  shuffledMaps?: Log;
}
const golden = JSON.parse(readFileSync(new URL('../golden/free-running.json', import.meta.url), 'utf8')) as { dimension: number; queueSize: number; runs: Run[] };
const ELEMENTS = 4;
/** Our distance from float64 may be so many times PyTorch float32's. */
const TIMES = 3;
const MSE: IntermediateLoss = { name: 'mse', stages: kakuMse.map(({ stage }) => stage), compute: (query, key) => stageMse(query, key, { terms: kakuMse }) };

function start({ architecture, width, groups, ifa, stream, pointer, permutations }: Run): MomentumContrast {
  const encoder = createResnet({ architecture, width });
  const momentumContrast = new MomentumContrast({
    encoder,
    head: createProjectionHead({ featureSize: encoder.featureSize, dimension: golden.dimension }),
    optimizer: sgd({ momentum: 0.9, weightDecay: 1e-4 }),
    ...(ifa === 'kaku-mse' ? { intermediate: MSE } : { ifa: ifaPresets[ifa] }),
    queueSize: golden.queueSize,
    batchNormGroups: groups,
    rng: givenShuffles(permutations),
  });
  const tensors = fillTraining(momentumContrast.snapshot().tensors, stream);
  momentumContrast.restore({ tensors, state: { step: 0, queuePointer: pointer, optimizerStep: 0 } });
  disposeTensors(tensors);
  return momentumContrast;
}

function views(run: Run, index: number): Views {
  const pair = fillViews(run, index);
  if (run.ifa !== 'aligned') return pair;
  return { ...pair, alignment: { layer1: alignment(run, index, run.size / 4), layer4: alignment(run, index, run.size / 32) } };
}

/** An affine map of each image's own, as the maker draws it. */
function alignment({ batch, stream }: Run, index: number, side: number): Alignment {
  const shear = counterUniform(stream + 4006 + 10 * index, 6 * batch).map((u) => 0.4 * (u - 0.5));
  const centre = (cell: number): number => (2 * cell + 1) / side - 1;
  const cells = Array.from({ length: batch * side * side }, (_, cell) => {
    const [a, b, c, d, e, f] = shear.subarray(6 * Math.floor(cell / side ** 2)) as unknown as [number, number, number, number, number, number];
    const [x, y] = [centre(cell % side), centre(Math.floor(cell / side) % side)];
    return [(1 + a) * x + b * y + c, d * x + (1 + e) * y + f] as const;
  });
  return {
    positions: tf.tensor4d(cells.flat(), [batch, side, side, 2]),
    mask: tf.tensor3d(cells.map(([x, y]) => Number(Math.abs(x) <= 1 && Math.abs(y) <= 1)), [batch, side, side]),
  };
}

/** One step of a run; its views are freed. */
async function takeStep(momentumContrast: MomentumContrast, run: Run, index: number): Promise<Log> {
  const batch = views(run, index);
  const log = await momentumContrast.trainStep(batch, { learningRate: run.learningRate });
  disposeTensors(tensorsOf(batch));
  return log as unknown as Log;
}

/** The state by parts of it, the tensors of each joined in the order of their names. */
async function partsOf(momentumContrast: MomentumContrast, names: readonly string[]): Promise<Record<string, Float64Array>> {
  const tensors = [...momentumContrast.snapshot().tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts: Record<string, Float64Array> = {};
  for (const part of names) {
    const values = await Promise.all(tensors.filter(([name]) => name.split('.')[0] === part).map(async ([, tensor]) => [...(await tensor.data())]));
    parts[part] = Float64Array.from(values.flat());
  }
  return parts;
}

/** The distance from what a digest was made of as a share of its norm: estimated from its random projections, and at least the largest difference of an element. */
function distance(values: Float64Array, [norm, ...numbers]: readonly [number, ...number[]], stream: number): number {
  const elements = [...counterUniform(stream, ELEMENTS)].map((u, i) => Math.abs((values[Math.floor(u * values.length)] as number) - (numbers[i] as number)));
  const squares = numbers.slice(ELEMENTS).map((expected, j) => {
    const signs = counterUniform(stream + 1 + j, values.length);
    return (values.reduce((sum, value, i) => sum + ((signs[i] as number) < 0.5 ? -value : value), 0) - expected) ** 2;
  });
  return Math.max(...elements, Math.sqrt(squares.reduce((a, b) => a + b) / squares.length)) / norm;
}

describe('twenty free-running steps', () => {
  beforeAll(async () => {
    await registerSimdBackend();
    await tf.setBackend('simd');
  });
  afterAll(async () => {
    await tf.setBackend('cpu');
    tf.removeBackend('simd');
  });

  it.each(golden.runs.map((run) => [run.ifa, run] as const))('of %s stray from float64 no further than three times as far as PyTorch float32', async (_ifa, run) => {
    const momentumContrast = start(run);
    const squares: Log = {};
    const ratios: Log = {};
    for (const [index, expected] of run.logs.entries()) {
      const log = await takeStep(momentumContrast, run, index);
      for (const [name, value] of Object.entries(expected)) squares[name] = (squares[name] ?? 0) + (log[name]! - value) ** 2;
      const state = run.states[String(index + 1)];
      if (!state) continue;
      const parts = await partsOf(momentumContrast, Object.keys(state));
      for (const [i, [part, { digest, float32 }]] of Object.entries(state).entries()) ratios[`${part} after ${index + 1} steps`] = distance(parts[part]!, digest, 800_000 + 100 * i) / float32;
    }
    momentumContrast.dispose();
    for (const [name, sum] of Object.entries(squares)) ratios[name] = sum === 0 ? 0 : Math.sqrt(sum / run.logs.length) / run.float32[name]!;
    expect(Object.entries(ratios).filter(([, ratio]) => !(ratio <= TIMES))).toEqual([]);
  });

  it.each(golden.runs.filter(({ shuffledMaps }) => shuffledMaps).map((run) => [run.ifa, run] as const))('of %s begin with the maps of each query’s own key', async (_ifa, run) => {
    const momentumContrast = start(run);
    const log = await takeStep(momentumContrast, run, 0);
    momentumContrast.dispose();
    const stageNumbers = Object.keys(run.shuffledMaps!).filter((name) => /^(ifa|mse|similarity)\./.test(name));
    expect(stageNumbers.length).toBeGreaterThan(0);
    for (const name of stageNumbers) {
      const [own, others] = [Math.abs(log[name]! - run.logs[0]![name]!), Math.abs(log[name]! - run.shuffledMaps![name]!)];
      expect(own, name).toBeLessThan(others / 1000);
    }
  });
});
