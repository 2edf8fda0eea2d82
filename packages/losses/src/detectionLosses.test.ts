import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak } from '@cxr-ifa/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../golden/detection-losses.json' with { type: 'json' };
import { focalLoss } from './focalLoss.ts';
import { giouLoss } from './giouLoss.ts';
import { smoothL1Loss } from './smoothL1Loss.ts';

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
const normal = (stream: number, shape: readonly number[], scale = 1): tf.Tensor => tf.tensor(Float32Array.from(counterNormal(stream, sizeOf(shape)), (value) => scale * value), [...shape]);
const below = (stream: number, shape: readonly number[], bound: number): tf.Tensor => tf.tensor(Float32Array.from(counterUniform(stream, sizeOf(shape)), (value) => (value < bound ? 1 : 0)), [...shape]);
const divided = (divisors: readonly number[] | null): { divisors?: tf.Tensor1D } => (divisors ? { divisors: tf.tensor1d([...divisors]) } : {});

/** Boxes as tools/golden/detection_losses.py makes them. */
function boxes(stream: number, images: number, anchors: number): tf.Tensor3D {
  const numbers = [...counterUniform(stream, images * anchors * 4)];
  return tf.tensor3d(Float32Array.from(numbers, (value, i) => (i % 4 < 2 ? 0.6 * value : 0.6 * (numbers[i - 2] as number) + 0.05 + 0.4 * value)), [images, anchors, 4]);
}

describe('focalLoss by image', () => {
  const { streams, shape, scale, knownShare, alpha, gamma, divisors } = golden.focal[0]!;
  const [logits, labels, known] = [normal(streams[0]!, shape, scale), below(streams[1]!, shape, 0.3), below(streams[2]!, shape, knownShare)];
  const options = { alpha, gamma, ...divided(divisors) };

  it('equals torchvision sigmoid_focal_loss, summed and divided as its RetinaNet does', async () => {
    await expectClose(focalLoss(logits, labels, known, options), golden.focal[0]!.loss);
    await expectClose(tf.grad((x) => focalLoss(x, labels, known, options))(logits), golden.focal[0]!.gradient);
  });

  it('is finite without any positive, and 0 where nothing is known', async () => {
    const none = tf.zeros(shape);
    expect(Number.isFinite((await focalLoss(logits, none, known, options).data())[0])).toBe(true);
    await expectClose(focalLoss(logits, labels, none, options), 0);
    await expectClose(tf.grad((x) => focalLoss(x, labels, none, options))(logits), new Float32Array(sizeOf(shape)));
  });

  it('agrees with finite differences, and leaves nothing behind', async () => {
    await expectGradients((x) => focalLoss(x, labels, known, options), [logits]);
    await expectNoLeak(() => focalLoss(logits, labels, known, options));
    expect(() => focalLoss(logits, tf.zeros([2, 7, 2]), known)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the focal loss as labels must have shape [N=2, F=7, D2=3]: current shape is [2, 7, 2]]`);
  });
});

describe('smoothL1Loss', () => {
  it.each(golden.smoothL1)('equals PyTorch smooth_l1_loss: $name', async ({ streams: [a, b, c], shape, beta, countedShare, divisors, loss, gradient }) => {
    const [predicted, target, counted] = [normal(a!, shape), normal(b!, shape), below(c!, shape, countedShare)];
    const settings = { beta, ...divided(divisors) };
    await expectClose(smoothL1Loss(predicted, target, counted, settings), loss);
    await expectClose(tf.grad((x) => smoothL1Loss(x, target, counted, settings))(predicted), gradient);
  });

  it('is a parabola below beta and a line above, with gradient 0 at 0', async () => {
    const zeros = tf.zeros([1, 3]);
    const x = tf.tensor2d([[0.1, -2, 0]]);
    await expectClose(smoothL1Loss(x, zeros, tf.ones([1, 3]), { beta: 0.5 }), (0.01 + 1.75) / 3);
    await expectClose(tf.grad((d) => smoothL1Loss(d, zeros, tf.ones([1, 3]), { beta: 0 }))(x), [1 / 3, -1 / 3, 0]);
  });

  it('agrees with finite differences, and does not look at cells that do not count', async () => {
    const [x, y, counted] = [normal(1, [2, 5]), normal(2, [2, 5]), below(3, [2, 5], 0.6)];
    await expectGradients((d) => smoothL1Loss(d, y, counted, { beta: 1 }), [x]);
    const spoilt = tf.where(tf.cast(counted, 'bool'), y, tf.fill([2, 5], NaN));
    await expectClose(smoothL1Loss(x, spoilt, counted), await smoothL1Loss(x, y, counted).data());
    await expectClose(tf.grad((d) => smoothL1Loss(d, spoilt, counted, { beta: 1 }))(x), await tf.grad((d) => smoothL1Loss(d, y, counted, { beta: 1 }))(x).data());
    await expectClose(smoothL1Loss(x, y, tf.zeros([2, 5]), divided([1, 1])), 0);
  });

  it('refuses what does not fit, and leaves nothing behind', async () => {
    const [x, y] = [normal(1, [2, 5]), normal(2, [2, 5])];
    const all = tf.ones([2, 5]);
    await expectNoLeak(() => smoothL1Loss(x, y, all));
    expect(() => smoothL1Loss(x, y, all, { beta: -1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot compute the smooth L1 loss as beta must be 0 or more: current value is -1]`);
  });
});

describe('giouLoss', () => {
  it.each(golden.giou)('equals torchvision generalized_box_iou_loss: $name', async ({ streams: [a, b, c], images, anchors, countedShare, divisors, loss, gradient }) => {
    const [predicted, target, counted] = [boxes(a!, images, anchors), boxes(b!, images, anchors), below(c!, [images, anchors], countedShare) as tf.Tensor2D];
    await expectClose(giouLoss(predicted, target, counted, divided(divisors)), loss);
    await expectClose(tf.grad((x) => giouLoss(x as tf.Tensor3D, target, counted, divided(divisors)))(predicted), gradient, { absolute: 1e-5 });
  });

  it('is 0 for equal boxes, and above 1 for boxes apart', async () => {
    const box = tf.tensor3d([[[0, 0, 1, 1]]]);
    const one = tf.ones([1, 1]) as tf.Tensor2D;
    await expectClose(giouLoss(box, box, one), 0);
    await expectClose(giouLoss(box, tf.tensor3d([[[0, 3, 1, 4]]]), one), 1 + 2 / 4);
    await expectClose(giouLoss(tf.tensor3d([[[0, 0, 1e-3, 1e-3]]]), tf.tensor3d([[[1, 1, 1.001, 1.001]]]), one), 2, { absolute: 1e-5 });
  });

  it('does not depend on scale or place, nor on boxes that do not count', async () => {
    const [predicted, target, counted] = [boxes(1, 2, 5), boxes(2, 2, 5), below(3, [2, 5], 0.6) as tf.Tensor2D];
    const value = await giouLoss(predicted, target, counted).data();
    const moved = (x: tf.Tensor3D): tf.Tensor3D => tf.add(tf.mul(x, 100), 3);
    await expectClose(giouLoss(moved(predicted), moved(target), counted), value, { relative: 1e-4 });
    const spoilt = tf.where(tf.cast(tf.expandDims(counted, 2), 'bool'), target, tf.fill([2, 5, 4], NaN)) as tf.Tensor3D;
    await expectClose(giouLoss(predicted, spoilt, counted), value);
    await expectClose(tf.grad((x) => giouLoss(x as tf.Tensor3D, spoilt, counted))(predicted), await tf.grad((x) => giouLoss(x as tf.Tensor3D, target, counted))(predicted).data());
    await expectClose(giouLoss(predicted, target, tf.zeros([2, 5])), 0);
  });

  it('agrees with finite differences, and leaves nothing behind', async () => {
    const [predicted, target, counted] = [boxes(131, 2, 5), boxes(132, 2, 5), tf.ones([2, 5]) as tf.Tensor2D];
    await expectGradients((x) => giouLoss(x as tf.Tensor3D, target, counted), [predicted], { step: 1e-3 });
    await expectNoLeak(() => giouLoss(predicted, target, counted));
    await expectNoLeak(() => {
      expect(() => giouLoss(predicted, target, counted, { divisors: counted as unknown as tf.Tensor1D })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot compute the GIoU loss as divisors must have shape [N=2]: current shape is [2, 5]]`);
    });
  });
});
