import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import { valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/losses.json' with { type: 'json' };
import { adaptiveAveragePool } from './adaptiveAveragePool.ts';
import { kakuMse } from './kakuMse.ts';
import { stageMse, type StageMseOptions } from './stageMse.ts';

type Maps = Record<string, tf.Tensor4D>;
type Shape = [number, number, number, number];

function normal(stream: number, shape: Shape): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(counterNormal(stream, tf.util.sizeFromShape(shape))), shape);
}

/** The maps of a case, as tools/golden/losses.py makes them. */
function inputs({ firstStream, maps }: { firstStream: number; maps: object }): { query: Maps; key: Maps } {
  const [query, key]: [Maps, Maps] = [{}, {}];
  Object.entries(maps as Record<string, Shape>).forEach(([stage, shape], i) => {
    query[stage] = tf.relu(normal(firstStream + 2 * i, shape));
    key[stage] = tf.relu(tf.add(normal(firstStream + 2 * i + 1, shape), query[stage]!)) as tf.Tensor4D;
  });
  return { query, key };
}

const gradientOf = (stage: string, query: Maps, key: Maps, options: StageMseOptions): tf.Tensor => tf.grad((map) => stageMse({ ...query, [stage]: map as tf.Tensor4D }, key, options).loss)(query[stage]!);
const { query, key } = inputs(golden.stageMse[0]!);

describe('stageMse', () => {
  describe.each(golden.stageMse)('$name', (testCase) => {
    const made = inputs(testCase);
    it('equals PyTorch in loss, terms and mean cosines', async () => {
      const { loss, stages, similarity } = stageMse(made.query, made.key, testCase);
      await expectClose(loss, testCase.loss);
      for (const { stage } of testCase.terms) {
        await expectClose(stages[stage]!, (testCase.stages as Record<string, number>)[stage]!);
        await expectClose(similarity[stage]!, (testCase.similarity as Record<string, number>)[stage]!);
      }
    });

    it.each(testCase.terms.map(({ stage }) => stage))('equals PyTorch in the gradient of %s', async (stage) => {
      await expectClose(gradientOf(stage, made.query, made.key, testCase), (testCase.gradients as unknown as Record<string, number[]>)[stage]!, { absolute: 1e-7 });
    });
  });

  it("pools as Kaku's code: the preset is the golden case's terms", () => expect(kakuMse).toEqual(golden.stageMse[0]!.terms.map(({ stage, weight, size }) => ({ stage, weight, size }))));

  it('is 0 with gradient 0 where query and key are equal, and the square of a shift of all values', async () => {
    const { loss, stages } = stageMse(query, query, { terms: kakuMse });
    await expectClose(loss, 0);
    await expectClose(gradientOf('layer1', query, query, { terms: kakuMse }), new Float32Array(612));
    const shifted = Object.fromEntries(Object.entries(query).map(([stage, map]) => [stage, tf.add(map, 3) as tf.Tensor4D]));
    await expectClose(stageMse(shifted, query, { terms: kakuMse }).loss, 9);
    expect(Object.keys(stages)).toEqual(['layer1', 'layer2', 'layer3', 'layer4']);
  });

  it('agrees with finite differences', () =>
    expectGradients((q1, q4) => stageMse({ ...query, layer1: q1 as tf.Tensor4D, layer4: q4 as tf.Tensor4D }, key, { terms: kakuMse }).loss, [query['layer1']!, query['layer4']!]));

  it('grows with the square of a common scale, and does not depend on the order of images and channels', async () => {
    const value = (await stageMse(query, key, { terms: kakuMse }).loss.data())[0]!;
    const over = (f: (map: tf.Tensor4D) => tf.Tensor4D) => [query, key].map((maps) => Object.fromEntries(Object.entries(maps).map(([stage, map]) => [stage, f(map)]))) as [Maps, Maps];
    await expectClose(stageMse(...over((map) => tf.mul(map, 5)), { terms: kakuMse }).loss, 25 * value);
    await expectClose(stageMse(...over((map) => tf.reverse(map, [0, 3])), { terms: kakuMse }).loss, value);
  });

  it('forgives what moves within a cell', async () => {
    const terms = [{ stage: 'layer3', weight: 1, size: 4 }];
    const swapped = { layer3: tf.reshape(tf.reverse(tf.reshape(query['layer3']!, [2, 8, 4, 2, 2]), 3), [2, 8, 8, 2]) as tf.Tensor4D }; // neighbours within each cell
    await expectClose(stageMse(swapped, query, { terms }).loss, 0);
    expect((await stageMse(swapped, query, { terms: [{ ...terms[0]!, size: 8 }] }).loss.data())[0]).toBeGreaterThan(0.1);
  });

  it('sends no gradient to the key, even where query and key come from one tape', async () => {
    const terms = [{ stage: 'layer4', weight: 1, size: 2 }];
    const base = query['layer4']!;
    const together = tf.grad((x) => stageMse({ layer4: x as tf.Tensor4D }, { layer4: tf.reverse(x as tf.Tensor4D, 3) }, { terms }).loss)(base);
    await expectClose(together, await gradientOf('layer4', { layer4: base }, { layer4: tf.reverse(base, 3) }, { terms }).data());
  });

  it('is 0 without terms', () => expectClose(stageMse({}, {}, { terms: [] }).loss, 0));

  it('leaves nothing behind: alone and in a tape', async () => {
    await expectNoLeak(() => stageMse(query, key, { terms: kakuMse }));
    await expectNoLeak(() => {
      const parameter = tf.tidy(() => tf.variable(query['layer1']!));
      const result = valueAndGradients(() => {
        const { loss, stages } = stageMse({ ...query, layer1: parameter as unknown as tf.Tensor4D }, key, { terms: kakuMse });
        return { loss, auxiliary: stages };
      }, new Map([['w', parameter]]));
      parameter.dispose();
      return result;
    });
  });

  it('names what does not fit, and leaves nothing behind', () =>
    expectNoLeak(() => {
      const term = { stage: 'layer4', weight: 1, size: 4 };
      const failing = (options: StageMseOptions, keys: Maps = key) => () => stageMse(query, keys, options);
      expect(failing({ terms: [{ ...term, stage: 'layer5' }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the mean squared error of stages as the query must have the stage layer5: current stages are layer1, layer2, layer3, layer4]`);
      expect(failing({ terms: kakuMse }, { layer1: key['layer1']! })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the mean squared error of stages as the key must have the stage layer2: current stages are layer1]`);
      expect(failing({ terms: [term] }, { layer4: key['layer1']! })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the mean squared error of stages as the key's layer4 must have shape [N=2, H=2, W=3, C=3]: current shape is [1, 18, 17, 2]]`);
      expect(failing({ terms: [term, term] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the mean squared error of stages as each stage must have one term: current terms have layer4 twice]`);
      expect(failing({ terms: [{ ...term, weight: -1 }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the mean squared error of stages as the weight of layer4 must be 0 or more: current value is -1]`);
      expect(failing({ terms: [{ ...term, size: 0 }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the mean squared error of stages as the size of layer4 must be a positive integer: current value is 0]`);
    }));
});

describe('adaptiveAveragePool', () => {
  it('is the mean over overlapping windows, repeats what is too small, and leaves alone what fits', async () => {
    const line = tf.tensor4d([1, 2, 4, 8, 16], [1, 1, 5, 1]);
    await expectClose(adaptiveAveragePool(line, 1), [31 / 5]);
    await expectClose(tf.slice(adaptiveAveragePool(line, 3), [0, 0, 0, 0], [1, 1, 3, 1]), [1.5, 14 / 3, 12]); // 0 to 1, 1 to 3, 3 to 4
    await expectClose(adaptiveAveragePool(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), 4), [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
    await expectClose(adaptiveAveragePool(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), 2), [1, 2, 3, 4]);
  });
});
