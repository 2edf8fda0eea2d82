import { readFileSync } from 'node:fs';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { ifaPresets } from '@cxr-ifa/losses';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { counterUniform, fillTraining, fillViews, givenShuffles } from '@cxr-ifa/testing';
import { registerWebgpuBackend, requestAdapter } from '@cxr-ifa/webgpu-kernels';
import { openDawn } from '@cxr-ifa/webgpu-kernels/node';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MomentumContrast } from './momentumContrast.ts';
import { createProjectionHead } from './projectionHead.ts';

// Training steps against PyTorch float64, made by tools/golden/moco.py

type Digest = [norm: number, sample0: number, sample1: number, ...projections: number[]];
type Digests = Record<string, Digest>;
interface Case {
  architecture: 'resnet18' | 'resnet34'; width: number; size: number; batch: number; groups: number; pointer: number; stream: number;
  ifa: 'released' | 'abstract' | 'none'; learningRate: number; permutations: number[][]; logs: Record<string, number>[];
  pointerAfter: number; tensors: Digests; gradients: Digests;
}
const golden = JSON.parse(readFileSync(new URL('../golden/moco.json', import.meta.url), 'utf8')) as { dimension: number; queueSize: number; states: Case[]; run: Case };
const [SGD_MOMENTUM, WEIGHT_DECAY] = [0.9, 1e-4];

/** The trainer in the fixture's state, and its tensors at that point. */
async function start({ architecture, width, groups, ifa, stream, pointer, permutations }: Case): Promise<{ momentumContrast: MomentumContrast; before: Map<string, Float32Array> }> {
  const encoder = createResnet({ architecture, width });
  const head = createProjectionHead({ featureSize: encoder.featureSize, dimension: golden.dimension });
  const momentumContrast = new MomentumContrast({ encoder, head, optimizer: sgd({ momentum: SGD_MOMENTUM, weightDecay: WEIGHT_DECAY }), ifa: ifaPresets[ifa], queueSize: golden.queueSize, batchNormGroups: groups, rng: givenShuffles(permutations) });

  const tensors = fillTraining(momentumContrast.snapshot().tensors, stream);
  momentumContrast.restore({ tensors, state: { step: 0, queuePointer: pointer, optimizerStep: 0 } });
  const before = new Map(await Promise.all([...tensors].map(async ([name, tensor]) => [name, ((await tensor.data()) as Float32Array).slice()] as const)));
  disposeTensors(tensors);
  return { momentumContrast, before };
}

/** An estimate of |actual - expected| from the digest's random projections, and the largest difference of its sampled elements. */
function difference(actual: ArrayLike<number>, [norm, ...rest]: Digest, stream: number): { error: number; norm: number } {
  const size = actual.length;
  const samples = [...counterUniform(stream, 2)].map((u, i) => Math.abs((actual[Math.floor(u * size)] as number) - (rest[i] as number)));
  const projections = rest.slice(2).map((expected, j) => {
    const signs = counterUniform(stream + 1 + j, size);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += ((signs[i] as number) < 0.5 ? -1 : 1) * (actual[i] as number);
    return (sum - expected) ** 2;
  });
  return { error: Math.max(...samples, Math.sqrt(projections.reduce((a, b) => a + b) / projections.length)), norm };
}

/** Compares tensors by name with their digests; returns each relative error and that of all together. */
function compare(actual: ReadonlyMap<string, ArrayLike<number>>, digests: Digests): { worst: { name: string; relative: number }; together: number } {
  const names = Object.keys(digests).sort();
  expect([...actual.keys()].sort()).toEqual(names);
  const differences = names.map((name, index) => ({ name, ...difference(actual.get(name) as ArrayLike<number>, digests[name] as Digest, 700_000 + 10 * index) }));
  const relative = differences.map(({ name, error, norm }) => ({ name, relative: error / norm }));
  const length = (values: number[]): number => Math.hypot(...values);
  return {
    worst: relative.reduce((a, b) => (b.relative > a.relative ? b : a)),
    together: length(differences.map(({ error }) => error)) / length(differences.map(({ norm }) => norm)),
  };
}

async function tensorsOf(momentumContrast: MomentumContrast): Promise<Map<string, Float32Array>> {
  const { tensors } = momentumContrast.snapshot();
  return new Map(await Promise.all([...tensors].map(async ([name, tensor]) => [name, (await tensor.data()) as Float32Array] as const)));
}

function expectLog(log: object, expected: Record<string, number>): void {
  for (const [name, value] of Object.entries(expected)) expect(Math.abs((log as Record<string, number>)[name]! - value), name).toBeLessThan(1e-5);
}

const adapter = await requestAdapter(openDawn()).catch(() => undefined);
const TFJS_NODE = '@tensorflow/tfjs-node'; // not among the dependencies: it downloads a library when it is installed
const tfjsNode = await import(/* @vite-ignore */ TFJS_NODE).then(() => true, () => false);

vi.setConfig({ testTimeout: 300_000 }); // a software adapter compiles for some seconds

const first = golden.states.slice(0, 1);
const BACKENDS: readonly { name: string; states: readonly Case[]; register?: () => Promise<unknown>; absent?: boolean }[] = [
  { name: 'simd', states: golden.states, register: () => registerSimdBackend() },
  { name: 'cpu', states: first }, // takes ten times as long
  { name: 'webgpu', states: first, register: () => registerWebgpuBackend({ ...(adapter && { adapter }) }), absent: adapter === undefined },
  { name: 'tensorflow', states: golden.states, absent: !tfjsNode },
];

describe.each(BACKENDS.filter(({ name, absent }) => name !== 'tensorflow' || !absent))('parity with PyTorch float64 on $name', ({ name: backend, states, register, absent = false }) => {
  if (absent) return void it.skip('needs a WebGPU adapter');
  beforeAll(async () => {
    await register?.();
    await tf.setBackend(backend);
  });
  afterAll(async () => {
    await tf.setBackend('cpu');
    if (register) tf.removeBackend(backend);
  });

  it.each(states.map((state, index) => [index, state.architecture, state.ifa, state.groups, state] as const))(
    'state %i: one step of %s with IFA %s in %i batch-norm groups',
    async (_index, _architecture, _ifa, _groups, state) => {
      const { momentumContrast, before } = await start(state);
      const log = await momentumContrast.trainStep(fillViews(state, 0), { learningRate: state.learningRate });
      expectLog(log, state.logs[0] as Record<string, number>);

      const after = await tensorsOf(momentumContrast);
      const { worst } = compare(after, state.tensors);
      expect(worst.relative, worst.name).toBeLessThan(1e-3);
      expect(momentumContrast.snapshot().state.queuePointer).toBe(state.pointerAfter);

      // velocity' = momentum velocity + gradient + decay parameter, so the snapshot tells the gradient
      const gradients = new Map([...after].filter(([name]) => name.startsWith('momentum.')).map(([name, velocity]) => {
        const [old, parameter] = [before.get(name) as Float32Array, before.get(name.replace('momentum.', '')) as Float32Array];
        return [name, Float64Array.from(velocity, (value, i) => value - SGD_MOMENTUM * (old[i] as number) - WEIGHT_DECAY * (parameter[i] as number))] as const;
      }));
      const gradient = compare(gradients, state.gradients);
      expect(gradient.worst.relative, gradient.worst.name).toBeLessThan(1e-3);
      expect(gradient.together).toBeLessThan(1e-4);
      momentumContrast.dispose();
    },
  );

  if (backend === 'cpu' || backend === 'webgpu') return; // `bench --parity` takes free-running steps on WebGPU
  it('five free-running steps at learning rate 0.001', async () => {
    const { momentumContrast } = await start(golden.run);
    for (const [index, expected] of golden.run.logs.entries()) {
      const log = await momentumContrast.trainStep(fillViews(golden.run, index), { learningRate: golden.run.learningRate });
      expectLog(log, expected);
    }
    const { worst, together } = compare(await tensorsOf(momentumContrast), golden.run.tensors);
    expect(worst.relative, worst.name).toBeLessThan(1e-2);
    expect(together).toBeLessThan(1e-5);
    expect(momentumContrast.snapshot().state.queuePointer).toBe(golden.run.pointerAfter);
    momentumContrast.dispose();
  });

  if (backend !== 'simd') return;
  it('holds as many tensors after step 50 as after step 10', async () => {
    const momentumContrast = new MomentumContrast({ encoder: createResnet({ architecture: 'resnet18', width: 4 }), optimizer: sgd(), ifa: ifaPresets.released, queueSize: 32, rng: createRng(1) });
    const batch = fillViews({ ...golden.run, size: 32 }, 0);
    const counts: number[] = [];
    for (let step = 1; step <= 50; step++) {
      await momentumContrast.trainStep(batch, { learningRate: 0.001 });
      if (step === 10 || step === 50) counts.push(tf.memory().numTensors);
    }
    expect(counts[1]).toBe(counts[0]);
    momentumContrast.dispose();
    disposeTensors([batch.query, batch.key]);
  });
});
