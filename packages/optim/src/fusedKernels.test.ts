import { disposeTensors, type FusedKernels } from '@cxr-ifa/tensor';
import { counterNormal, expectClose, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { adamW } from './adamW.ts';
import { sgd } from './sgd.ts';
import { updateMomentum } from './updateMomentum.ts';

// Stand-ins for a backend's list kernels, written from the table's words: what a backend must keep to, and what the functions must do with it
let calls = 0;
function register<Name extends 'SgdMomentumList' | 'AdamList' | 'MomentumUpdateList'>(kernelName: Name, compute: (list: (name: string) => tf.Tensor[], attributes: FusedKernels[Name]['attributes']) => tf.Tensor[]): void {
  tf.registerKernel({
    kernelName,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }) => {
      calls++;
      const list = (name: string): tf.Tensor[] => Object.keys(inputs).filter((key) => key.startsWith(name)).map((_, index) => inputs[`${name}${index}`] as tf.Tensor);
      return tf.tidy(() => compute(list, attrs as unknown as FusedKernels[Name]['attributes']));
    },
  });
}

const named = (stream: number): Map<string, tf.Tensor> => new Map<string, tf.Tensor>([['w', tf.tensor2d(Float32Array.from(counterNormal(stream, 4)), [2, 2])], ['b', tf.tensor1d(Float32Array.from(counterNormal(stream + 1, 2)))], ['idle', tf.scalar(stream)]]);
const [parameters, keys] = [named(1), named(3)];
const gradients = new Map([...named(5)].filter(([name]) => name !== 'idle').reverse());

afterEach(() => {
  for (const name of ['SgdMomentumList', 'AdamList', 'MomentumUpdateList']) if (tf.getKernel(name, tf.getBackend())) tf.unregisterKernel(name, tf.getBackend());
});

describe('SgdMomentumList', () => {
  it('is used where the backend has it, once for all parameters, with the same result, and leaves nothing behind', async () => {
    const optimizer = sgd({ momentum: 0.8, weightDecay: 0.1, decays: (_, parameter) => parameter.rank > 1 });
    const twoSteps = (): Map<string, tf.Tensor>[] => {
      const start = optimizer.init(parameters);
      const first = optimizer.update(gradients, start, parameters, { learningRate: 0.1 });
      const second = optimizer.update(gradients, first.state, first.parameters, { learningRate: 0.05 });
      disposeTensors(start.slots['momentum']!, first.state.slots['momentum']!, first.parameters);
      return [second.parameters, second.state.slots['momentum'] as Map<string, tf.Tensor>];
    };
    const plain = twoSteps();
    register('SgdMomentumList', (list, { learningRate, momentum, weightDecay }) => {
      const velocities = list('velocities').map((velocity, i) => tf.add(tf.mul(velocity, momentum), tf.add(list('gradients')[i]!, tf.mul(list('parameters')[i]!, weightDecay[i]!))));
      return [...list('parameters').map((parameter, i) => tf.sub(parameter, tf.mul(velocities[i]!, learningRate))), ...velocities];
    });
    calls = 0;
    const fused = twoSteps();
    expect(calls).toBe(2);
    for (const [index, tensors] of fused.entries()) for (const [name, tensor] of tensors) await expectClose(tensor, plain[index]!.get(name)!);
    disposeTensors(...plain, ...fused);
    await expectNoLeak(twoSteps);
  });
});

describe('AdamList', () => {
  it('is used where the backend has it, once for all parameters, with the same result, and leaves nothing behind', async () => {
    const optimizer = adamW({ weightDecay: 0.1, decays: (_, parameter) => parameter.rank > 1 });
    const twoSteps = (): Map<string, tf.Tensor>[] => {
      const start = optimizer.init(parameters);
      const first = optimizer.update(gradients, start, parameters, { learningRate: 0.1 });
      const second = optimizer.update(gradients, first.state, first.parameters, { learningRate: 0.05 });
      disposeTensors(...[start, first.state].flatMap(({ slots }) => Object.values(slots)), first.parameters);
      return [second.parameters, ...Object.values(second.state.slots)] as Map<string, tf.Tensor>[];
    };
    const plain = twoSteps();
    register('AdamList', (list, { stepSize, beta1, beta2, epsilon, secondCorrection, decay }) => {
      const moments = (name: string, beta: number, terms: tf.Tensor[]): tf.Tensor[] => list(name).map((moment, i) => tf.add(tf.mul(moment, beta), tf.mul(terms[i]!, 1 - beta)));
      const firsts = moments('firstMoments', beta1, list('gradients'));
      const seconds = moments('secondMoments', beta2, list('gradients').map((gradient) => tf.square(gradient)));
      const directions = firsts.map((first, i) => tf.div(first, tf.add(tf.div(tf.sqrt(seconds[i]!), secondCorrection), epsilon)));
      return [...list('parameters').map((parameter, i) => tf.sub(tf.mul(parameter, decay[i]!), tf.mul(directions[i]!, stepSize))), ...firsts, ...seconds];
    });
    calls = 0;
    const fused = twoSteps();
    expect(calls).toBe(2);
    for (const [index, tensors] of fused.entries()) for (const [name, tensor] of tensors) await expectClose(tensor, plain[index]!.get(name)!);
    disposeTensors(...plain, ...fused);
    await expectNoLeak(twoSteps);
  });
});

describe('MomentumUpdateList', () => {
  it('is used where the backend has it, once for all keys, with the same result, and leaves nothing behind', async () => {
    const plain = updateMomentum(keys, parameters, 0.9);
    register('MomentumUpdateList', (list, { momentum }) => list('keys').map((key, i) => tf.add(tf.mul(key, momentum), tf.mul(list('queries')[i]!, 1 - momentum))));
    calls = 0;
    const fused = updateMomentum(keys, parameters, 0.9);
    expect(calls).toBe(1);
    for (const [name, tensor] of fused) await expectClose(tensor, plain.get(name)!);
    disposeTensors(plain, fused);
    await expectNoLeak(() => updateMomentum(keys, parameters, 0.9));
  });
});
