import { existsSync, readFileSync } from 'node:fs';
import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import { valueAndGradients } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/ifa-loss.json' with { type: 'json' };
import { ifaLoss, type IfaLossOptions } from './ifaLoss.ts';
import { ifaPresets } from './ifaPresets.ts';

type Maps = Record<string, tf.Tensor4D>;
type Case = (typeof golden.cases)[number];

/** A map after ReLU, with one dead position in image 0, as tools/golden/ifa_loss.py makes it. */
function featureMap(stream: number, shape: [number, number, number, number], dead: number): tf.Tensor4D {
  const [, height, width, channels] = shape;
  const values = Float32Array.from(counterNormal(stream, tf.util.sizeFromShape(shape)), (value) => Math.max(value, 0));
  const position = Math.min(dead, height * width - 1);
  values.fill(0, position * channels, (position + 1) * channels);
  return tf.tensor4d(values, shape);
}

function inputs(testCase: Case): { query: Maps; key: Maps; options: IfaLossOptions } {
  const [query, key]: [Maps, Maps] = [{}, {}];
  const masks: Record<string, tf.Tensor3D> = {};
  for (const [stage, streams] of Object.entries(testCase.streams)) {
    const shape = (testCase.maps as Record<string, number[]>)[stage] as [number, number, number, number];
    query[stage] = featureMap(streams.query, shape, testCase.dead);
    key[stage] = featureMap(streams.key, shape, Infinity);
    if (testCase.masked?.includes(stage)) masks[stage] = tf.tensor3d(Float32Array.from(counterUniform(streams.mask, shape[0] * shape[1] * shape[2])), [shape[0], shape[1], shape[2]]);
  }
  return { query, key, options: { terms: testCase.terms, masks } };
}

const gradientOf = (stage: string, query: Maps, key: Maps, options: IfaLossOptions): tf.Tensor => tf.grad((map) => ifaLoss({ ...query, [stage]: map as tf.Tensor4D }, key, options).loss)(query[stage] as tf.Tensor4D);
const { query, key } = inputs(golden.cases[0]!);
const mask = tf.ones([2, 2, 2]) as tf.Tensor3D;
const released: IfaLossOptions = { terms: ifaPresets.released };

describe('ifaLoss', () => {
  describe.each(golden.cases)('$name', (testCase) => {
    const made = inputs(testCase);
    it('equals float64 in loss, terms and mean cosines', async () => {
      const { loss, stages, similarity } = ifaLoss(made.query, made.key, made.options);
      await expectClose(loss, testCase.loss);
      for (const { stage } of testCase.terms) {
        await expectClose(stages[stage] as tf.Scalar, (testCase.stages as Record<string, number>)[stage] as number);
        await expectClose(similarity[stage] as tf.Scalar, (testCase.similarity as Record<string, number>)[stage] as number);
      }
    });

    it.each(testCase.terms.map(({ stage }) => stage))('equals float64 in the gradient of %s', async (stage) => {
      const gradient = gradientOf(stage, made.query, made.key, made.options);
      await expectClose(gradient, (testCase.gradients as Record<string, number[]>)[stage] as number[], { absolute: 1e-7 });
    });
  });

  const shared = new URL('../../../../shared/golden/ifa-loss.json', import.meta.url);
  it.skipIf(!existsSync(shared))('equals the independent NumPy reference (skipped where shared/golden/ifa-loss.json is absent)', async () => {
    const reference = JSON.parse(readFileSync(shared, 'utf8')) as Record<string, number[][][][]>;
    const channelsLast = (name: string): tf.Tensor4D => tf.transpose(tf.tensor4d(reference[name] as number[][][][]), [0, 2, 3, 1]);
    const maps = { query: { layer1: channelsLast('q1'), layer4: channelsLast('q4') }, key: { layer1: channelsLast('k1'), layer4: channelsLast('k4') } };
    const { loss, stages } = ifaLoss(maps.query, maps.key, released);
    await expectClose(loss, reference['ifa_total'] as never);
    await expectClose(stages['layer1'] as tf.Scalar, reference['loss_layer1'] as never);
    await expectClose(stages['layer4'] as tf.Scalar, reference['loss_layer4'] as never);
    await expectClose(gradientOf('layer1', maps.query, maps.key, released), channelsLast('grad_q1'), { absolute: 1e-7 });
    await expectClose(gradientOf('layer4', maps.query, maps.key, released), channelsLast('grad_q4'), { absolute: 1e-7 });
  });

  it('is 0 for target 1 and 0.7 for target 0.3 where query and key are equal', async () => {
    const alive = { layer1: tf.add(query.layer1!, 0.1) as tf.Tensor4D, layer4: tf.add(query.layer4!, 0.1) as tf.Tensor4D };
    const { stages } = ifaLoss(alive, alive, released);
    await expectClose(stages['layer1'] as tf.Scalar, 0.7);
    await expectClose(stages['layer4'] as tf.Scalar, 0);
  });

  it('is 1 less the mean cosine for target 1', async () => {
    const { stages, similarity } = ifaLoss(query, key, released);
    await expectClose(stages['layer4'] as tf.Scalar, 1 - ((await similarity['layer4']!.data())[0] as number));
  });

  it('has no gradient at the kink, as PyTorch: disjoint channels at target 0', async () => {
    const [left, right] = [tf.tensor4d([1, 2, 0, 0], [1, 1, 1, 4]), tf.tensor4d([0, 0, 3, 1], [1, 1, 1, 4])];
    const terms = [{ stage: 'layer1', target: 0, weight: 1 }];
    await expectClose(gradientOf('layer1', { layer1: left }, { layer1: right }, { terms }), [0, 0, 0, 0]);
  });

  it('agrees with finite differences', async () => {
    const alive = inputs(golden.cases[0]!);
    const lifted = (map: tf.Tensor4D): tf.Tensor4D => tf.add(map, 0.3);
    await expectGradients((q1, q4) => ifaLoss({ layer1: q1 as tf.Tensor4D, layer4: q4 as tf.Tensor4D }, alive.key, { terms: ifaPresets.abstract }).loss, [lifted(alive.query['layer1']!), lifted(alive.query['layer4']!)]);
  });

  it('does not depend on the lengths of vectors', async () => {
    const { loss } = ifaLoss(query, key, released);
    const scaled = { layer1: tf.mul(query.layer1!, 7) as tf.Tensor4D, layer4: tf.mul(query.layer4!, tf.tensor([1, 2, 3, 4], [1, 2, 2, 1])) as tf.Tensor4D };
    await expectClose(ifaLoss(scaled, key, released).loss, await loss.data());
    await expectClose(ifaLoss(query, { layer1: tf.mul(key.layer1!, 0.01) as tf.Tensor4D, layer4: key.layer4! }, released).loss, await loss.data());
  });

  it('does not depend on the order of images or positions, taken together', async () => {
    const { loss } = ifaLoss(query, key, released);
    const turned = (maps: Maps): Maps => Object.fromEntries(Object.entries(maps).map(([stage, map]) => [stage, tf.reverse(tf.transpose(map, [0, 2, 1, 3]), [0, 1])]));
    await expectClose(ifaLoss(turned(query), turned(key), released).loss, await loss.data());
  });

  it('equals the mean over the positions that a mask leaves', async () => {
    const firstRow = tf.tensor3d([1, 1, 0, 0, 0, 0, 0, 0], [2, 2, 2]);
    const terms = [{ stage: 'layer4', target: 1, weight: 1 }];
    const top = (map: tf.Tensor4D): Maps => ({ layer4: tf.slice(map, [0, 0, 0, 0], [1, 1, 2, -1]) });
    await expectClose(ifaLoss(query, key, { terms, masks: { layer4: firstRow } }).loss, await ifaLoss(top(query.layer4!), top(key.layer4!), { terms }).loss.data());
    await expectClose(ifaLoss(query, key, { terms, masks: { layer4: tf.zeros([2, 2, 2]) } }).loss, 0);
    await expectClose(gradientOf('layer4', query, key, { terms, masks: { layer4: tf.zeros([2, 2, 2]) } }), new Float32Array(80));
  });

  it('says what share of positions counts: a term without any is 0 for want of them', async () => {
    const terms = [{ stage: 'layer4', target: 1, weight: 1 }];
    const shareOf = (masks: NonNullable<IfaLossOptions['masks']>): tf.Scalar => ifaLoss(query, key, { terms, masks }).coverage['layer4'] as tf.Scalar;
    await expectClose(shareOf({}), 1);
    await expectClose(shareOf({ layer4: tf.tensor3d([1, 0, 0.25, 0, 2, 0, 0, 0], [2, 2, 2]) }), 3 / 8);
    const { stages, similarity, coverage } = ifaLoss(query, key, { terms, masks: { layer4: tf.zeros([2, 2, 2]) } });
    for (const { layer4 } of [stages, similarity, coverage]) await expectClose(layer4 as tf.Scalar, 0);
  });

  it('sends no gradient to the key, even where query and key come from one tape', async () => {
    const base = tf.tensor4d(Float32Array.from(counterUniform(5, 16)), [1, 2, 2, 4]);
    const terms = [{ stage: 'layer4', target: 1, weight: 1 }];
    const other = tf.reverse(base, 3);
    const together = tf.grad((x) => ifaLoss({ layer4: x as tf.Tensor4D }, { layer4: tf.reverse(x as tf.Tensor4D, 3) }, { terms }).loss)(base);
    await expectClose(together, await gradientOf('layer4', { layer4: base }, { layer4: other }, { terms }).data());
  });

  it('is 0 without terms', async () => {
    const { loss, stages, similarity, coverage } = ifaLoss({}, {}, { terms: ifaPresets.none });
    await expectClose(loss, 0);
    expect([stages, similarity, coverage]).toEqual([{}, {}, {}]);
  });

  it('leaves nothing behind: alone and in a tape', async () => {
    await expectNoLeak(() => ifaLoss(query, key, { terms: ifaPresets.released.map((term) => ({ ...term, pool: 2 })), masks: { layer1: mask } }));
    await expectNoLeak(() => {
      const parameter = tf.tidy(() => tf.variable(query.layer4!));
      const result = valueAndGradients(() => {
        const { loss, stages } = ifaLoss({ layer1: query.layer1!, layer4: parameter as unknown as tf.Tensor4D }, key, released);
        return { loss, auxiliary: stages };
      }, new Map([['w', parameter]]));
      parameter.dispose();
      return result;
    });
  });

  it('names what does not fit, and leaves nothing behind', () =>
    expectNoLeak(() => {
      const term = { stage: 'layer4', target: 1, weight: 1 };
      const failing = (options: IfaLossOptions, queries: Maps = query, keys: Maps = key) => () => ifaLoss(queries, keys, options);
      expect(failing({ terms: [{ ...term, stage: 'layer5' }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IFA loss as the query must have the stage layer5: current stages are layer1, layer4]`);
      expect(failing(released, query, { layer1: key.layer1! })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IFA loss as the key must have the stage layer4: current stages are layer1]`);
      expect(failing({ terms: [{ ...term, stage: 'toString' }] }, {})).toThrow('must have the stage toString: current stages are none');
      expect(failing({ terms: [term] }, query, { layer4: key.layer1! })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the IFA loss as the key's layer4 must have shape [N=2, H=2, W=2, C=10]: current shape is [2, 4, 4, 6]]`);
      expect(failing({ terms: [term, { ...term, pool: 2 }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IFA loss as each stage must have one term: current terms have layer4 twice]`);
      expect(failing({ terms: [{ ...term, target: 1.5 }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IFA loss as the target of layer4 must be from -1 to 1: current value is 1.5]`);
      expect(failing({ terms: [{ ...term, weight: NaN }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IFA loss as the weight of layer4 must be 0 or more: current value is NaN]`);
      expect(failing({ terms: [{ ...term, pool: 1.5 }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IFA loss as the pool of layer4 must be a positive integer: current value is 1.5]`);
      expect(failing({ terms: [{ ...term, pool: 4 }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot pool layer4 by 4 as its height and width must be multiples of that: current size is 2 x 2]`);
      expect(failing({ terms: [{ ...term, stage: 'layer1' }], masks: { layer1: mask } })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the IFA loss as the mask of layer1 must have shape [N=2, H=4, W=4]: current shape is [2, 2, 2]]`);
      expect(failing({ terms: [], masks: { layer1: mask } })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the IFA loss as each mask must belong to a term: current mask is of layer1]`);
    }));
});
