import { counterNormal, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/perceptual.json' with { type: 'json' };
import { perceptualLoss } from './perceptualLoss.ts';
import { perceptualTerms } from './perceptualTerms.ts';

const make = (stream: number, shape: number[]): tf.Tensor4D => tf.tensor4d(Float32Array.from(counterNormal(stream, shape.reduce((a, b) => a * b, 1))), shape as [number, number, number, number]);
const maps = (first: number): Record<string, tf.Tensor4D> => Object.fromEntries(golden.shapes.map(({ stage, shape }, index) => [stage, make(first + index, shape)]));
const [image, target] = [maps(golden.streams[0] as number), maps(golden.streams[1] as number)];

describe('perceptualLoss', () => {
  it('equals PyTorch, its gradient as well', async () => {
    await expectClose(perceptualLoss(image, target, { terms: perceptualTerms }).loss, golden.loss);
    for (const [stage, map] of Object.entries(image)) {
      const gradient = tf.grad((x) => perceptualLoss({ ...image, [stage]: x as tf.Tensor4D }, target, { terms: perceptualTerms }).loss)(map);
      await expectClose(gradient, golden.gradients[stage as 'stem'], { absolute: 1e-8 });
    }
  });

  it('is the shift of maps that differ by a constant, and 0 of equal ones', async () => {
    const shifted = { ...target, layer4: tf.sub<tf.Tensor4D>(target['layer4'] as tf.Tensor4D, 2) };
    const { loss, stages } = perceptualLoss(shifted, target, { terms: [{ stage: 'layer1', weight: 5 }, { stage: 'layer4', weight: 0.5 }] });
    await expectClose(loss, 1, { absolute: 1e-5 });
    await expectClose(tf.stack(Object.values(stages)), [0, 2], { absolute: 1e-5 });
  });

  it('does not depend on where in a map a value lies, nor on which of the two is the target', async () => {
    const turned = (of: Record<string, tf.Tensor4D>): Record<string, tf.Tensor4D> => Object.fromEntries(Object.entries(of).map(([stage, map]) => [stage, tf.reverse(map, [1, 2])]));
    const { loss } = perceptualLoss(image, target, { terms: perceptualTerms });
    await expectClose(perceptualLoss(turned(image), turned(target), { terms: perceptualTerms }).loss, loss);
    await expectClose(perceptualLoss(target, image, { terms: perceptualTerms }).loss, loss);
  });

  it('has the gradient of finite differences, and none for the target', async () => {
    const of = (x: tf.Tensor, y: tf.Tensor): tf.Scalar => perceptualLoss({ stem: x as tf.Tensor4D }, { stem: y as tf.Tensor4D }, { terms: [{ stage: 'stem', weight: 1 }] }).loss;
    const [x, y] = [image['stem'] as tf.Tensor4D, tf.mul<tf.Tensor4D>(target['stem'] as tf.Tensor4D, 5)];
    await expectGradients((given) => of(given, y), [x], { step: 1e-3 });
    await expectClose(tf.grads(of)([x, y])[1] as tf.Tensor, new Float32Array(y.size));
  });

  it('leaves nothing behind, and names what does not fit', async () => {
    await expectNoLeak(() => perceptualLoss(image, target, { terms: perceptualTerms }));
    await expectNoLeak(() => {
      expect(() => perceptualLoss({}, target, { terms: perceptualTerms })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the perceptual loss as the image must have the stage stem: current stages are none]`);
      expect(() => perceptualLoss(image, { ...target, stem: target['layer1'] as tf.Tensor4D }, { terms: perceptualTerms })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the perceptual loss as the target's stem must have shape [N=2, H=4, W=4, C=2]: current shape is [2, 2, 2, 2]]`);
    });
  });
});
