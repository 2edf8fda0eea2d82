import { expectClose, expectNoLeak } from '@cxr-ifa/testing';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyEncoder } from '../../test/tinyEncoder.ts';
import { extractFeatures, fitStatistics } from './index.ts';

const { parameters, statistics } = tinyEncoder.initialise(createRng(0));
// Three batches of images of 1 x 2 pixels, the last one smaller
const batches = [tf.tensor4d([1, 3, 5, 7], [2, 1, 2, 1]), tf.tensor4d([-4, 2, 0, 6], [2, 1, 2, 1]), tf.tensor4d([8, 2], [1, 1, 2, 1])];
afterAll(() => disposeTensors(parameters, statistics, batches));

/** Makes its batches on the way and disposes of each when the next is asked for, or nobody asks any more. */
async function* stream(failAt = Infinity): AsyncGenerator<tf.Tensor4D> {
  for (const [index, batch] of batches.entries()) {
    if (index === failAt) throw new Error('bad file');
    const images = tf.clone(batch);
    try {
      yield images;
    } finally {
      images.dispose();
    }
  }
}

describe('extractFeatures', () => {
  it('encodes in inference mode, in order: the encoder\'s features, or a stage averaged over positions', async () => {
    // relu([0.5 x, -2 x]) by pixel, averaged, doubled at the deep stage, plus one for the features
    const shallow = [1, 0, 3, 0, 0.5, 4, 1.5, 0, 2.5, 0];
    const features = await extractFeatures(tinyEncoder, parameters, statistics, stream());
    expect([features.count, features.dimension]).toEqual([5, 2]);
    await expectClose(features.data, shallow.map((x) => 2 * x + 1));
    await expectClose((await extractFeatures(tinyEncoder, parameters, statistics, batches, { stage: 'shallow' })).data, shallow);
    await expectClose((await extractFeatures(tinyEncoder, parameters, statistics, batches, { stage: 'deep' })).data, shallow.map((x) => 2 * x));
  });

  it('does not depend on how images are batched', async () => {
    const all = tf.concat(batches) as tf.Tensor4D;
    expect(await extractFeatures(tinyEncoder, parameters, statistics, [all])).toEqual(await extractFeatures(tinyEncoder, parameters, statistics, batches));
    all.dispose();
  });

  it('borrows everything and keeps no tensor, on its error paths too', async () => {
    await expectNoLeak(async () => void (await extractFeatures(tinyEncoder, parameters, statistics, stream(), { stage: 'deep' })));
    await expectNoLeak(async () => void (await expect(extractFeatures(tinyEncoder, parameters, statistics, stream(1))).rejects.toThrow('bad file')));
    const wrong = tf.zeros([1, 1, 2, 3]) as tf.Tensor4D;
    await expectNoLeak(async () => void (await expect(extractFeatures(tinyEncoder, parameters, statistics, [wrong])).rejects.toThrow(/depth of input/)));
    wrong.dispose();
    expect(batches.every((batch) => !batch.isDisposed)).toBe(true);
  });

  it('refuses an unknown stage and no images', async () => {
    await expect(extractFeatures(tinyEncoder, parameters, statistics, batches, { stage: 'layer4' })).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot extract features as stage must be one of shallow, deep: current value is layer4]`);
    await expect(extractFeatures(tinyEncoder, parameters, statistics, [])).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot extract features as at least one image is needed: current count is 0]`);
  });
});

describe('fitStatistics', () => {
  it('is the mean over batches of each batch\'s own statistics', async () => {
    const fitted = await fitStatistics(tinyEncoder, parameters, statistics, stream());
    // Batch means of x: 4, 1, 5; biased variances: 5, 13, 9; the filter is [0.5, -2]
    expect([...fitted.keys()]).toEqual(['mean', 'variance', 'unreported']);
    await expectClose(fitted.get('mean') as tf.Tensor, [10 / 6, -20 / 3]);
    await expectClose(fitted.get('variance') as tf.Tensor, [9 / 4, 9 * 4]);
    await expectClose(fitted.get('unreported') as tf.Tensor, [7]);
    disposeTensors(fitted);
  });

  it('leaves the given statistics alone, and does not depend on their values', async () => {
    const given = new Map([...statistics].map(([name, tensor]) => [name, tf.add(tensor, name === 'unreported' ? 0 : 100) as tf.Tensor1D]));
    const [fitted, again] = [await fitStatistics(tinyEncoder, parameters, statistics, batches), await fitStatistics(tinyEncoder, parameters, given, batches)];
    for (const [name, tensor] of fitted) await expectClose(again.get(name) as tf.Tensor, tensor);
    await expectClose(given.get('mean') as tf.Tensor, [100, 100]);
    disposeTensors(given, fitted, again);
  });

  it('makes inference of the one batch it saw equal to training on it', async () => {
    const [images] = batches as [tf.Tensor4D];
    const fitted = await fitStatistics(tinyEncoder, parameters, statistics, [images]);
    const training = tinyEncoder.encode(parameters, statistics, images, { training: true });
    await expectClose((await extractFeatures(tinyEncoder, parameters, fitted, [images])).data, training.features);
    disposeTensors(fitted, training.stages, [training.features], training.batchStatistics as Map<string, tf.Tensor>);
  });

  it('passes groups on', async () => {
    const fitted = await fitStatistics(tinyEncoder, parameters, statistics, batches.slice(0, 1), { groups: 2 });
    await expectClose(fitted.get('variance') as tf.Tensor, [1 / 4, 4]); // each image by itself: 1 and 3, 5 and 7
    disposeTensors(fitted);
  });

  it('gives away its result and nothing else, on its error paths too', async () => {
    await expectNoLeak(() => fitStatistics(tinyEncoder, parameters, statistics, stream()));
    await expectNoLeak(async () => void (await expect(fitStatistics(tinyEncoder, parameters, statistics, stream(2))).rejects.toThrow('bad file')));
    await expect(fitStatistics(tinyEncoder, parameters, statistics, [])).rejects.toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot fit batch-norm statistics as at least one batch is needed: current count is 0]`);
  });
});
