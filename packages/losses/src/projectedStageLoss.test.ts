import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { barlowTwins, kakuBarlow, projectedStageLoss, vicReg, type ProjectedStageLossOptions } from './index.ts';

type Maps = Record<string, tf.Tensor4D>;
const normal = <R extends tf.Rank>(stream: number, shape: tf.ShapeMap[R]): tf.Tensor<R> => tf.tensor(Float32Array.from(counterNormal(stream, tf.util.sizeFromShape(shape))), shape);
const stages = (stream: number): Maps => ({ layer1: normal<tf.Rank.R4>(stream, [4, 3, 2, 5]), layer4: normal<tf.Rank.R4>(stream + 1, [4, 1, 2, 6]) });
const [query, key] = [stages(81), stages(83)];
const terms = [{ stage: 'layer1', weight: 0.5 }, { stage: 'layer4', weight: 2 }];
const projectors: Record<string, tf.Tensor2D> = { layer1: normal<tf.Rank.R2>(85, [5, 3]), layer4: normal<tf.Rank.R2>(86, [6, 3]) };
const project = (pooled: tf.Tensor2D, stage: string): tf.Tensor2D => tf.matMul(pooled, projectors[stage]!);
const pooled = (maps: Maps, stage: string): tf.Tensor2D => tf.mean(maps[stage]!, [1, 2]);

describe('projectedStageLoss', () => {
  it.each([['vicReg', (q: tf.Tensor2D, k: tf.Tensor2D) => vicReg(q, k)], ['barlowTwins', (q: tf.Tensor2D, k: tf.Tensor2D) => barlowTwins(q, k, kakuBarlow)]] as const)('is the weighted sum of %s over projected means', async (_name, compare) => {
    const found = projectedStageLoss(query, key, { terms, project, compare });
    const expected = terms.map(({ stage }) => compare(project(pooled(query, stage), stage), project(pooled(key, stage), stage)));
    await expectClose(found.loss, tf.add(tf.mul(0.5, expected[0]!.loss), tf.mul(2, expected[1]!.loss)), { absolute: 1e-9 });
    for (const [index, { stage }] of terms.entries()) {
      await expectClose(found.stages[stage]!, expected[index]!.loss, { absolute: 1e-9 });
      await expectClose(found.similarity[stage]!, expected[index]!.similarity);
    }
  });

  it('is 0 for vicReg of equal, varied, independent means, without a projector', async () => {
    const map = tf.tensor4d([3, 3, 3, -3, -3, 3, -3, -3], [4, 1, 1, 2]);
    await expectClose(projectedStageLoss({ layer4: map }, { layer4: map }, { terms: [{ stage: 'layer4', weight: 1 }], compare: vicReg }).loss, 0);
  });

  it('agrees with finite differences in map and projector, which learns from both sides', () =>
    expectGradients(
      (map, projector) => projectedStageLoss({ layer4: map as tf.Tensor4D }, key, { terms: [{ stage: 'layer4', weight: 1 }], project: (x) => tf.matMul(x, projector as tf.Tensor2D), compare: (q, k) => barlowTwins(q, k, { constantKey: false }) }).loss,
      [query['layer4']!, projectors['layer4']!],
    ));

  it('does not depend on where in a map a value lies', async () => {
    const options = { terms, project, compare: vicReg };
    const turned = Object.fromEntries(Object.entries(query).map(([stage, map]) => [stage, tf.reverse(map, [1, 2])]));
    await expectClose(projectedStageLoss(turned, key, options).loss, await projectedStageLoss(query, key, options).loss.data());
  });

  it("sends no gradient to the key's maps, even where the comparison would", async () => {
    const options: ProjectedStageLossOptions = { terms: [{ stage: 'layer1', weight: 1 }], compare: (q, k) => vicReg(q, k, { constantKey: false }) };
    const [ofQuery, ofKey] = tf.grads((x, y) => tf.add(projectedStageLoss({ layer1: x as tf.Tensor4D }, { layer1: y as tf.Tensor4D }, options).loss, tf.mul(0, tf.sum(y))))([query['layer1']!, key['layer1']!]) as [tf.Tensor, tf.Tensor];
    expect(Math.max(...(await tf.abs(ofQuery).data()))).toBeGreaterThan(0.01);
    await expectClose(ofKey, new Float32Array(120));
  });

  it('leaves nothing behind, names what does not fit', async () => {
    await expectNoLeak(() => projectedStageLoss(query, key, { terms, project, compare: vicReg }));
    await expectNoLeak(() => tf.grad((x) => projectedStageLoss({ ...query, layer1: x as tf.Tensor4D }, key, { terms, project, compare: vicReg }).loss)(query['layer1']!));
    await expectNoLeak(() => {
      const failing = (options: Partial<ProjectedStageLossOptions>, keys: Maps = key) => () => projectedStageLoss(query, keys, { terms, compare: vicReg, ...options });
      expect(failing({ terms: [{ stage: 'layer2', weight: 1 }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compare projected stages as the query must have the stage layer2: current stages are layer1, layer4]`);
      expect(failing({ terms: [terms[0]!, terms[0]!] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compare projected stages as each stage must have one term: current terms have layer1 twice]`);
      expect(failing({ terms: [{ stage: 'layer1', weight: NaN }] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compare projected stages as the weight of layer1 must be 0 or more: current value is NaN]`);
      expect(failing({}, { ...key, layer1: key['layer4']! })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compare projected stages as the key's layer1 must have shape [N=4, H=3, W=2, C=5]: current shape is [4, 1, 2, 6]]`);
    });
  });
});
