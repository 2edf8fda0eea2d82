import { expectNoLeak } from '@cxr-ifa/testing';
import { disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adamW, restoreSlots, sgd, slotTensors, type Optimizer } from './index.ts';

const disposeState = ({ slots }: ReturnType<Optimizer['init']>): void => disposeTensors(...Object.values(slots));

describe.each([['sgd', sgd()], ['adamW', adamW()]] as const)('slotTensors and restoreSlots of %s', (_, optimizer) => {
  it('carry a state over: the next update is the same, bit for bit', async () => {
    const parameters = new Map<string, tf.Tensor>([['a', tf.tensor1d([1, -2, 3])], ['b', tf.tensor2d([[0.5]])]]);
    const gradients = new Map<string, tf.Tensor>([['a', tf.tensor1d([0.1, 0.2, -0.3])], ['b', tf.tensor2d([[-1]])]]);
    const initial = optimizer.init(parameters);
    const first = optimizer.update(gradients, initial, parameters, { learningRate: 0.1 });
    const named = slotTensors(first.state, (slot, name) => `${slot}/x.${name}`);
    expect([...named.keys()].every((name) => /^\w+\/x\.[ab]$/.test(name))).toBe(true);
    expect([...slotTensors(first.state).keys()]).toEqual([...named.keys()].map((name) => name.replace('/x', '')));
    const restored = restoreSlots(initial, named, first.state.step, (slot, name) => `${slot}/x.${name}`);
    const [one, other] = [first.state, restored].map((state) => optimizer.update(gradients, state, first.parameters, { learningRate: 0.1 })) as [ReturnType<Optimizer['update']>, ReturnType<Optimizer['update']>];
    for (const [name, value] of one.parameters) expect([...(await value.data())]).toEqual([...(await (other.parameters.get(name) as tf.Tensor).data())]);
    expect(other.state.step).toBe(2);
    disposeTensors(parameters, gradients, first.parameters, one.parameters, other.parameters);
    [initial, first.state, restored, one.state, other.state].forEach(disposeState);
  });

  it('keep nothing but what they give, also within a tidy', async () => {
    const parameters = new Map([['a', tf.tensor1d([1])]]);
    const state = optimizer.init(parameters);
    await expectNoLeak(() => void slotTensors(state));
    await expectNoLeak(() => {
      let copy = state;
      tf.tidy(() => void (copy = restoreSlots(state, slotTensors(state), 5)));
      expect(Object.values(copy.slots).every((slot) => [...slot.values()].every((tensor) => !tensor.isDisposed))).toBe(true);
      disposeState(copy);
    });
    disposeTensors(parameters);
    disposeState(state);
  });
});
