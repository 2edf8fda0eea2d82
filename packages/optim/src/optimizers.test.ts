import { counterNormal, expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/optim.json' with { type: 'json' };
import { adamW } from './adamW.ts';
import { lars } from './lars.ts';
import { layerwiseRates } from './layerwiseRates.ts';
import type { NamedTensors, Optimizer, OptimizerState } from './optimizer.ts';
import { sgd } from './sgd.ts';

type Case = (typeof golden.cases)[number];
const names = Object.keys(golden.shapes) as (keyof typeof golden.shapes)[];
const matrices = (_: string, parameter: tf.Tensor): boolean => parameter.rank > 1;

function make({ rule, options }: Case): Optimizer {
  const { matricesDecay, factors, ...rest } = options as { matricesDecay?: boolean; factors?: Record<string, number> };
  if (factors) return layerwiseRates(make({ rule, options: rest } as Case), (name) => factors[name] as number);
  const decays = matricesDecay ? { decays: matrices } : {};
  if (rule === 'adamW') return adamW({ ...rest, ...decays });
  if (rule === 'lars') return lars(rest);
  return sgd({ ...rest, ...decays });
}

/** Named tensors from the streams that tools/golden/optim.py reads, in any order of names. */
function fromStreams(firstStream: number, order: readonly (typeof names)[number][] = names): Map<string, tf.Tensor> {
  return new Map(order.map((name) => {
    const shape = golden.shapes[name];
    return [name, tf.tensor(Float32Array.from(counterNormal(firstStream + names.indexOf(name), tf.util.sizeFromShape(shape))), shape)];
  }));
}

function disposeState(state: OptimizerState): void {
  for (const slot of Object.values(state.slots)) disposeTensors(slot);
}

/** Runs the golden case's steps and hands each step's parameters to `look`. */
async function run(optimizer: Optimizer, rates: readonly number[], order: readonly (typeof names)[number][], look: (step: number, parameters: NamedTensors) => Promise<void>): Promise<void> {
  let parameters: NamedTensors = fromStreams(1, order);
  let state = optimizer.init(parameters);
  for (const [step, learningRate] of rates.entries()) {
    const gradients = fromStreams(100 * (step + 1) + 1, [...order].reverse());
    const next = optimizer.update(gradients, state, parameters, { learningRate });
    disposeTensors(gradients, parameters);
    disposeState(state);
    ({ parameters, state } = next);
    expect(state.step).toBe(step + 1);
    await look(step, parameters);
  }
  disposeTensors(parameters);
  disposeState(state);
}

describe.each(golden.cases)('$name', (testCase) => {
  const check = async (step: number, parameters: NamedTensors): Promise<void> => {
    for (const name of names) await expectClose(parameters.get(name) as tf.Tensor, (testCase.trajectory[step] as Record<string, number[]>)[name] as number[], { relative: 2e-6, absolute: 1e-6 });
  };

  it('follows PyTorch for five steps', () => run(make(testCase), testCase.rates, names, check));
  it('follows it whatever the order of parameters and gradients', () => run(make(testCase), testCase.rates, ['fc.weight', 'conv.weight', 'bn.weight'], check));
  it('leaves nothing behind', () => expectNoLeak(() => run(make(testCase), testCase.rates, names, async () => {})));
});

const rules: [string, () => Optimizer][] = [['sgd', sgd], ['adamW', adamW], ['lars', lars], ['layer-wise rates', () => layerwiseRates(sgd(), (name) => (name === 'fc.weight' ? 0.5 : 1))]];
describe.each(rules)('%s', (_, create) => {
  it('leaves a parameter without a gradient and its slots as they are, in new tensors', async () => {
    const optimizer = create();
    const parameters = fromStreams(1);
    const [gradients, laterGradients] = [fromStreams(101), new Map([['bn.weight', tf.ones([3])]])];
    const before = optimizer.init(parameters);
    const middle = optimizer.update(gradients, before, parameters, { learningRate: 0.1 });
    const after = optimizer.update(laterGradients, middle.state, middle.parameters, { learningRate: 0.1 });
    const kept = middle.parameters.get('fc.weight') as tf.Tensor;
    const passedOn = after.parameters.get('fc.weight') as tf.Tensor;
    await expectClose(passedOn, await kept.data(), { relative: 0, absolute: 0 });
    for (const [slotName, slot] of Object.entries(after.state.slots)) {
      await expectClose(slot.get('fc.weight') as tf.Tensor, await (middle.state.slots[slotName]?.get('fc.weight') as tf.Tensor).data(), { relative: 0, absolute: 0 });
    }
    kept.dispose();
    expect((await passedOn.data()).length).toBe(12); // it outlives the tensor that it was passed on from
    disposeTensors(parameters, gradients, laterGradients, middle.parameters, after.parameters);
    for (const { slots } of [before, middle.state, after.state]) for (const slot of Object.values(slots)) disposeTensors(slot);
  });

  it('works on variables', async () => {
    const w = tf.tidy(() => tf.variable(tf.tensor2d([[1, 2]])));
    const gradients = new Map([['w', tf.tensor2d([[1, -1]])]]);
    const parameters = new Map([['w', w]]);
    const optimizer = create();
    const state = optimizer.init(parameters);
    const next = optimizer.update(gradients, state, parameters, { learningRate: 0.1 });
    w.assign(next.parameters.get('w') as tf.Tensor2D);
    const [first, second] = await w.data();
    expect(first).toBeLessThan(1);
    expect(second).toBeGreaterThan(first as number);
    disposeTensors(next.parameters, gradients, [w]);
    disposeState(state);
    disposeState(next.state);
  });

  it('names what does not fit, and leaves nothing behind', async () => {
    const optimizer = create();
    const w = new Map([['w', tf.ones([2])]]);
    const state = optimizer.init(w);
    const stranger = new Map([['v', tf.ones([2])]]);
    const misshapen = new Map([['w', tf.ones([3])]]);
    await expectNoLeak(() => {
      expect(() => optimizer.update(stranger, state, w, { learningRate: 0.1 })).toThrow(new RangeError('Cannot update parameters as each gradient must belong to one of them: current gradient is v'));
      expect(() => optimizer.update(stranger, state, stranger, { learningRate: 0.1 })).toThrow(/^Cannot update parameters as the state must have "(momentum|firstMoment)" for each of them: current parameter is v$/);
      expect(() => optimizer.update(misshapen, state, w, { learningRate: 0.1 })).toThrow(new TypeError('Cannot update w as its gradient must have shape [2]: current shape is [3]'));
      expect(() => optimizer.update(w, state, w, { learningRate: NaN })).toThrow(new RangeError('Cannot update parameters as learningRate must be 0 or more: current value is NaN'));
    });
    disposeTensors(w, stranger, misshapen);
    disposeState(state);
  });

  it('has a state that survives a round trip through plain numbers', async () => {
    const optimizer = create();
    const [parameters, gradients] = [fromStreams(1), fromStreams(101)];
    const fresh = optimizer.init(parameters);
    const { state } = optimizer.update(gradients, fresh, parameters, { learningRate: 0.1 });
    const slots: Record<string, Map<string, tf.Tensor>> = {};
    for (const [slotName, slot] of Object.entries(state.slots)) {
      slots[slotName] = new Map();
      for (const [name, tensor] of slot) slots[slotName].set(name, tf.tensor(Array.from(await tensor.data()), tensor.shape));
    }
    const direct = optimizer.update(gradients, state, parameters, { learningRate: 0.1 });
    const restored = optimizer.update(gradients, { slots, step: state.step }, parameters, { learningRate: 0.1 });
    for (const [name, tensor] of direct.parameters) await expectClose(restored.parameters.get(name) as tf.Tensor, tensor, { relative: 0, absolute: 0 });
    disposeTensors(parameters, gradients);
    for (const { parameters: made } of [direct, restored]) disposeTensors(made);
    for (const made of [fresh, state, { slots, step: 1 }, direct.state, restored.state]) disposeState(made);
  });
});

describe('closed forms', () => {
  const after = async (optimizer: Optimizer, start: number[], gradient: number[], learningRate: number): Promise<number[]> => {
    const parameters = new Map([['w', tf.tensor2d([start])]]);
    const gradients = new Map([['w', tf.tensor2d([gradient])]]);
    const state = optimizer.init(parameters);
    const next = optimizer.update(gradients, state, parameters, { learningRate });
    const result = Array.from(await (next.parameters.get('w') as tf.Tensor).data());
    disposeTensors(parameters, gradients, next.parameters);
    disposeState(state);
    disposeState(next.state);
    return result;
  };

  it('sgd moves by learning rate times gradient plus decay', async () => {
    await expectClose(await after(sgd({ weightDecay: 0.5 }), [2, -4], [1, 1], 0.1), [2 - 0.1 * 2, -4 - 0.1 * -1]);
  });

  it('adamW moves by the learning rate at first, whatever the gradient', async () => {
    await expectClose(await after(adamW({ weightDecay: 0 }), [1, 1, 1], [1e-3, -5, 300], 0.1), [0.9, 1.1, 0.9]);
  });

  it('lars moves by learning rate, trust and the norm of the parameter, whatever the length of the gradient', async () => {
    await expectClose(await after(lars({ trustCoefficient: 0.01 }), [3, 4], [0, 1e-4], 2), [3, 4 - 2 * 0.01 * 5]);
  });

  it('lars takes the gradient as it is where a norm is 0', async () => {
    await expectClose(await after(lars(), [0, 0], [1, 2], 0.5), [-0.5, -1]);
    await expectClose(await after(lars(), [3, 4], [0, 0], 0.5), [3, 4]);
  });
});

describe('layer-wise rates', () => {
  it('are those of the optimiser alone where all factors are 1, and a factor of 0 keeps a parameter', async () => {
    const [parameters, gradients] = [fromStreams(1), fromStreams(101)];
    const step = (optimizer: Optimizer): ReturnType<Optimizer['update']> => {
      const state = optimizer.init(parameters);
      const next = optimizer.update(gradients, state, parameters, { learningRate: 0.1 });
      disposeState(state);
      return next;
    };
    const [alone, even, kept] = [adamW(), layerwiseRates(adamW(), () => 1), layerwiseRates(adamW(), (name) => Number(name !== 'bn.weight'))].map(step) as [ReturnType<typeof step>, ReturnType<typeof step>, ReturnType<typeof step>];
    expect([...even.parameters.keys()]).toEqual(names);
    for (const name of names) {
      await expectClose(even.parameters.get(name) as tf.Tensor, alone.parameters.get(name) as tf.Tensor, { relative: 0, absolute: 0 });
      await expectClose(kept.parameters.get(name) as tf.Tensor, (name === 'bn.weight' ? parameters : alone.parameters).get(name) as tf.Tensor, { relative: 0, absolute: 0 });
    }
    disposeTensors(parameters, gradients);
    for (const next of [alone, even, kept]) {
      disposeTensors(next.parameters);
      disposeState(next.state);
    }
  });

  it('refuse a factor that is none', () => {
    const parameters = fromStreams(1);
    expect(() => layerwiseRates(sgd(), () => -1).init(parameters)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot update parameters as the factor of conv.weight must be 0 or more: current value is -1]`);
    disposeTensors(parameters);
  });
});

describe('options', () => {
  it('refuses what is out of range', () => {
    expect(() => sgd({ momentum: 1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make SGD as momentum must be from 0 up to, not including, 1: current value is 1]`);
    expect(() => sgd({ weightDecay: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make SGD as weightDecay must be 0 or more: current value is -1]`);
    expect(() => sgd({ momentum: 0, nesterov: true })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make SGD as nesterov needs a momentum above 0: current value is 0]`);
    expect(() => adamW({ beta2: NaN })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make AdamW as beta2 must be from 0 up to, not including, 1: current value is NaN]`);
    expect(() => adamW({ epsilon: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make AdamW as epsilon must be above 0: current value is 0]`);
    expect(() => lars({ trustCoefficient: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make LARS as trustCoefficient must be above 0: current value is 0]`);
  });
});
