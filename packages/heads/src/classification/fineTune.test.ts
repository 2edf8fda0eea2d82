import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { expectNoLeak } from '@cxr-ifa/testing';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { fineTune, FineTuner, type FineTuneEpoch, type LabelledBatch } from './index.ts';

const encoder = createResnet({ architecture: 'resnet18', width: 2 });
const { parameters, statistics } = encoder.initialise(createRng(1));
afterAll(() => disposeTensors(parameters, statistics));
const make = (): FineTuner => new FineTuner({ encoder, parameters, statistics, findings: [{ name: 'a', positives: 1, negatives: 1 }], optimizer: sgd(), rng: createRng(2) });
function* batches(epoch: number): Generator<LabelledBatch> {
  for (let batch = 0; batch < 2; batch++) yield { images: tf.randomNormal([2, 32, 32, 1], 0, 1, 'float32', 10 * epoch + batch + 1), labels: tf.tensor2d([1, 0], [2, 1]), known: tf.ones([2, 1]) };
}
const schedule = (step: number): number => 0.01 * (step + 1);
const collect = async (epochs: AsyncIterable<FineTuneEpoch>): Promise<FineTuneEpoch[]> => {
  const found: FineTuneEpoch[] = [];
  for await (const epoch of epochs) found.push(epoch);
  return found;
};
const bias = async (tuner: FineTuner): Promise<number> => (await tuner.probe()).findings[0]?.classifier?.bias as number;

describe('fineTune', () => {
  it('takes every batch of every epoch, and keeps the last without validation', async () => {
    const tuner = make();
    const log = await collect(fineTune(tuner, batches, { epochs: 2, schedule }));
    expect(log.map(({ epoch, step, best }) => [epoch, step, best])).toEqual([[1, 2, true], [2, 4, true]]);
    expect(log.map(({ learningRate }) => learningRate)).toEqual([schedule(1), schedule(3)]);
    expect(log.every(({ loss }) => (loss as number) > 0)).toBe(true);
    tuner.dispose();
  });

  it('stops when patience is at an end, with the weights of the best epoch', async () => {
    const tuner = make();
    const judgements = [0.5, 0.4, NaN, 0.45, 0.3];
    const biases: number[] = [];
    const validate = async (): Promise<number> => {
      biases.push(await bias(tuner));
      return judgements[biases.length - 1] as number;
    };
    const log = await collect(fineTune(tuner, batches, { epochs: 10, schedule, validate, patience: 2 }));
    expect(log.map(({ best }) => best)).toEqual([true, true, false, false]);
    expect(await bias(tuner)).toBe(biases[1]);
    expect(biases[3]).not.toBe(biases[1]);
    tuner.dispose();
  });

  it('ends between steps when asked to, and goes back to the best when the consumer breaks off', async () => {
    const tuner = make();
    const signal = { aborted: false };
    const stopping = function* (epoch: number): Generator<LabelledBatch> {
      for (const batch of batches(epoch)) {
        yield batch;
        signal.aborted = true;
      }
    };
    expect((await collect(fineTune(tuner, stopping, { epochs: 3, schedule, signal }))).map(({ step }) => step)).toEqual([2]); // the flag is up only when the second batch is asked for
    let [first, count] = [0, 0];
    for await (const _ of fineTune(tuner, batches, { epochs: 5, schedule, validate: async () => (count++ === 0 ? ((first = await bias(tuner)), 0) : 1) })) if (count === 2) break;
    expect(await bias(tuner)).toBe(first);
    tuner.dispose();
  });

  it('goes on from a position as if it had not stopped, with the best epoch from before', async () => {
    const judge = (): (() => Promise<number>) => {
      let asked = 0;
      return async () => [0.3, 0.5, 0.6, 0.4][asked++] as number;
    };
    const whole = make();
    const log = await collect(fineTune(whole, batches, { epochs: 4, schedule, validate: judge() }));

    const first = make();
    let [state, best] = [first.copyState(), first.copyWeights()];
    const validate = judge();
    for await (const { epoch } of fineTune(first, batches, { epochs: 4, schedule, validate })) {
      disposeTensors(state.tensors, epoch === 1 ? best : []);
      state = first.copyState();
      if (epoch === 1) best = first.copyWeights();
      if (epoch === 2) break;
    }
    first.dispose();
    const second = make();
    second.setState(state);
    const from = { epoch: 2, best: { epoch: 1, validation: 0.3, weights: best } };
    const rest = await collect(fineTune(second, batches, { epochs: 4, schedule, validate, from }));
    expect(rest).toEqual(log.slice(2));
    expect(await bias(second)).toBe(await bias(whole)); // both went back to epoch 1
    expect(await collect(fineTune(second, batches, { epochs: 4, schedule, validate, patience: 1, from }))).toEqual([]); // its patience was at an end
    disposeTensors(state.tensors, best);
    whole.dispose();
    second.dispose();
  });

  it('keeps no tensor, and disposes of batches also where one fails', async () => {
    const tuner = make();
    await collect(fineTune(tuner, batches, { epochs: 1, schedule })); // the optimiser's first state is made by now
    await expectNoLeak(async () => void (await collect(fineTune(tuner, batches, { epochs: 2, schedule, validate: async () => 1 }))));
    await expectNoLeak(async () => {
      const wrong = function* (): Generator<LabelledBatch> {
        yield { images: tf.zeros([2, 32, 32, 1]), labels: tf.zeros([2, 3]), known: tf.ones([2, 1]) };
      };
      await expect(collect(fineTune(tuner, wrong, { epochs: 1, schedule }))).rejects.toThrow('labels must have shape');
    });
    tuner.dispose();
  });
});
