import { counterNormal, counterUniform, expectClose, expectGradients, expectNoLeak, fillParameters } from '@cxr-ifa/testing';
import { sgd } from '@cxr-ifa/optim';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, disposeTensors, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import golden from '../../golden/detection.json' with { type: 'json' };
import { goldenBoxes } from '../../test/annotations.ts';
import { pooledEncoder } from '../../test/pooledEncoder.ts';
import type { BoxAnnotations } from './boxes.ts';
import { createAnchors } from './createAnchors.ts';
import { createRetinaNet, type Detector } from './createRetinaNet.ts';
import { decodeBoxes } from './boxCoder.ts';
import { decodeDeltas } from './decodeDeltas.ts';
import { detectionTargets } from './detectionTargets.ts';
import { detectObjects } from './detectObjects.ts';
import { DetectorTraining } from './detectorTraining.ts';
import { headParameters, runHeads } from './retinaNetHead.ts';
import { retinaNetLoss } from './retinaNetLoss.ts';

const every = async (tensor: tf.Tensor3D, step: number): Promise<number[]> => {
  const [batch, anchors, numbers] = tensor.shape;
  const data = await tensor.data();
  return Array.from({ length: batch }, (_, image) => Array.from({ length: Math.ceil(anchors / step) }, (_, i) => [...data.subarray((image * anchors + i * step) * numbers, (image * anchors + i * step + 1) * numbers)])).flat(2);
};

const encoder = pooledEncoder;
const detector = createRetinaNet({ encoder, findings: 2, channels: 4, depth: 1, anchorSize: 8 });
function initial(seed = 1): { parameters: Parameters; statistics: Statistics } {
  const { parameters, statistics } = encoder.initialise(createRng(seed));
  return { parameters: new Map([...parameters, ...detector.initialise(createRng(seed + 1))]), statistics };
}
const noBoxes: BoxAnnotations = { boxes: new Float32Array(), labels: new Int32Array() };
const oneBox: BoxAnnotations = { boxes: Float32Array.of(0.25, 0.25, 0.6, 0.55), labels: Int32Array.of(1) };
const images = tf.tensor4d(Float32Array.from(counterNormal(1, 2 * 32 * 32)), [2, 32, 32, 1]);

describe('the heads and the loss', () => {
  const { stream, channels, classes, counts, labels } = golden.head;
  const sizes = { channels, depth: 4, anchorsPerCell: 9, findings: classes };
  const anchors = createAnchors({ imageSize: golden.image as [number, number], grids: golden.grids as [number, number][], baseSize: golden.baseSize });
  const parameters = fillParameters(new Map(headParameters(createRng(1), sizes)), stream);
  const levels = golden.grids.map(([rows, columns], i) => tf.tensor4d(Float32Array.from(counterNormal(stream + 100 + i, 3 * rows! * columns! * channels)), [3, rows!, columns!, channels]));
  const annotations = counts.map((count, image): BoxAnnotations => ({ boxes: goldenBoxes(stream + 200 + image, count), labels: Int32Array.from(labels[image]!) }));

  it("equal torchvision's RetinaNetHead", async () => {
    const { logits, deltas } = runHeads(parameters, levels, sizes);
    await expectClose(await every(logits, 97), golden.head.logits, { absolute: 1e-5 });
    await expectClose(await every(deltas, 97), golden.head.deltas, { absolute: 1e-5 });
  });

  it('have its losses and gradients, with an image without boxes in the batch', async () => {
    const targets = detectionTargets(anchors, annotations, { findings: classes });
    const { classification, box, loss } = retinaNetLoss(runHeads(parameters, levels, sizes), targets, anchors);
    await expectClose(classification, golden.head.classification);
    await expectClose(box, golden.head.box);
    await expectClose(loss, golden.head.classification + golden.head.box);
    const names = Object.keys(golden.head.gradients);
    const gradients = tf.grads((...values) => retinaNetLoss(runHeads(new Map([...parameters, ...names.map((name, i) => [`head.${name}`, values[i]!] as const)]), levels, sizes), targets, anchors).loss)(names.map((name) => parameters.get(`head.${name}`)!));
    for (const [i, name] of names.entries()) {
      const wanted = golden.head.gradients[name as keyof typeof golden.head.gradients];
      await expectClose(tf.slice(tf.reshape(gradients[i]!, [-1]), 0, wanted.length), wanted, { relative: 2e-4, absolute: 2e-5 });
    }
  });

  it('start with the prior probability everywhere', async () => {
    const fresh = new Map(headParameters(createRng(1), { ...sizes, channels: 64 }));
    const { logits } = runHeads(fresh, [tf.zeros([1, 2, 2, 64])], sizes);
    await expectClose(tf.sigmoid(logits), new Float32Array(logits.size).fill(0.01));
  });

  it.each([16, 64, 128])('start with a signal that neither dies nor grows on its way through four layers of %i channels', async (width) => {
    const levels = [tf.tensor4d(Float32Array.from(counterNormal(7, 16 * 16 * width)), [1, 16, 16, width])];
    const fresh = new Map(headParameters(createRng(1), { ...sizes, channels: width }));
    const spreadOf = async (depth: number): Promise<number> => {
      const map = new Map([...fresh, ...['cls_logits', 'bbox_reg'].map((last) => [`head.${last === 'cls_logits' ? 'classification' : 'regression'}_head.${last}.bias`, tf.zeros([9 * (last === 'cls_logits' ? classes : 4)])] as const)]);
      const { logits } = runHeads(map, levels, { depth, findings: classes });
      return (await tf.moments(logits).variance.data())[0]! ** 0.5;
    };
    const kept = (await spreadOf(4)) / (await spreadOf(0));
    expect(kept).toBeGreaterThan(0.4);
    expect(kept).toBeLessThan(2.5);
  });

  it.each(['l1', 'smoothL1', 'giou'] as const)('train towards the boxes with %s: perfect deltas cost nothing', async (boxLoss) => {
    const targets = detectionTargets(anchors, annotations, { findings: classes });
    const { box } = retinaNetLoss({ logits: tf.zeros(targets.labels.shape), deltas: targets.deltas }, targets, anchors, { boxLoss });
    await expectClose(box, 0, { absolute: 1e-5 });
    const worse = retinaNetLoss({ logits: tf.zeros(targets.labels.shape), deltas: tf.add(targets.deltas, 0.5) }, targets, anchors, { boxLoss }).box;
    expect((await worse.data())[0]).toBeGreaterThan(0.3);
  });

  it('have a GIoU gradient that agrees with finite differences', async () => {
    const few = createAnchors({ imageSize: [16, 16], grids: [[2, 2]], baseSize: 8, aspects: [1], octaves: [0] });
    const targets = detectionTargets(few, [{ boxes: Float32Array.of(0.1, 0.15, 0.7, 0.6), labels: Int32Array.of(0) }], { findings: 1 });
    const deltas = tf.tensor3d(Float32Array.from(counterNormal(5, 16), (value) => 0.1 * value), [1, 4, 4]);
    await expectGradients((x) => retinaNetLoss({ logits: tf.zeros([1, 4, 1]), deltas: x as tf.Tensor3D }, targets, few, { boxLoss: 'giou' }).box, [deltas], { step: 1e-3 });
  });

  it('decode on tensors as on arrays', async () => {
    const deltas = Float32Array.from(counterNormal(6, 4 * anchors.count), (value) => 2 * value);
    await expectClose(decodeDeltas(tf.tensor3d(deltas, [1, anchors.count, 4]), tf.tensor2d(anchors.boxes, [anchors.count, 4])), decodeBoxes(deltas, anchors.boxes), { relative: 1e-4, absolute: 1e-5 });
  });
});

describe('detectionTargets', () => {
  const anchors = detector.anchors(32, 32);

  it('makes an image without boxes all background', async () => {
    const { labels, known, foreground, divisors } = detectionTargets(anchors, [noBoxes], { findings: 2 });
    for (const tensor of [labels, foreground]) await expectClose(tf.sum(tensor), 0);
    await expectClose(known, new Float32Array(known.size).fill(1));
    await expectClose(divisors, [1]);
  });

  it('makes no example of what was not searched for, but of its boxes', async () => {
    const { labels, known } = detectionTargets(anchors, [{ ...oneBox, known: [1, 0] }], { findings: 2 });
    const [first, second] = tf.unstack(known, 2) as [tf.Tensor, tf.Tensor];
    const positives = (await tf.sum(labels).data())[0]!;
    expect(positives).toBeGreaterThan(0);
    await expectClose(tf.sum(second), positives);
    expect((await tf.sum(first).data())[0]).toBeGreaterThan(positives);
  });

  it('leaves nothing behind, and refuses what cannot be a box', async () => {
    await expectNoLeak(() => detectionTargets(anchors, [oneBox, noBoxes], { findings: 2 }));
    const wrong = (annotations: BoxAnnotations): (() => unknown) => () => detectionTargets(anchors, [annotations], { findings: 2 });
    await expectNoLeak(() => {
      expect(wrong({ ...oneBox, labels: Int32Array.of(2) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make detection targets as labels must be from 0 to 1: current value is 2]`);
      expect(wrong({ boxes: Float32Array.of(0, 0, 0.5, NaN), labels: Int32Array.of(0) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot make detection targets as boxes must be [yMin, xMin, yMax, xMax] with an area: current value is [0, 0, 0.5, NaN]]`);
      expect(wrong({ ...noBoxes, known: [1] })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot make detection targets as known must have a value for each of 2 findings: current length is 1]`);
    });
  });
});

describe('createRetinaNet', () => {
  it("equals torchvision's RetinaNet on a ResNet-18, tensor by tensor of the same names", async () => {
    const { stream, classes, channels, names } = golden.network;
    const whole = createResnet({ architecture: 'resnet18', width: 4 });
    const retinaNet = createRetinaNet({ encoder: whole, findings: classes, channels, anchorSize: 8 });
    const own = whole.initialise(createRng(1));
    const toTorch = (name: string): string => (name.startsWith('head.') ? name : name.startsWith('fpn.') ? `backbone.${name}` : `backbone.body.${name}`);
    const all = new Map<string, tf.Tensor>([...own.parameters, ...retinaNet.initialise(createRng(1))]);
    expect([...all.keys()].map(toTorch).sort()).toEqual(names);
    const named = <T extends tf.Tensor>(tensors: ReadonlyMap<string, T>, first: number): Map<string, T> => {
      const filled = fillParameters(new Map([...tensors].map(([name, tensor]) => [toTorch(name), tensor])), first);
      return new Map([...tensors.keys()].map((name) => [name, filled.get(toTorch(name)) as T]));
    };
    const parameters = named(all, stream) as unknown as Parameters;
    const image = tf.tensor4d(Float32Array.from(counterUniform(stream + 900, 32 * 32)), [1, 32, 32, 1]);
    const { logits, deltas } = retinaNet.predict(parameters, named(own.statistics, stream + 500), image, { training: false });
    const scale = Math.max(...golden.network.logits.map(Math.abs), ...golden.network.deltas.map(Math.abs));
    await expectClose(await every(logits, 7), golden.network.logits, { absolute: 2e-5 * scale, relative: 1e-4 });
    await expectClose(await every(deltas, 7), golden.network.deltas, { absolute: 2e-5 * scale, relative: 1e-4 });
  });

  it('has an anchor for every prediction, at sizes that divide nothing', () => {
    const { parameters, statistics } = initial();
    const odd = tf.zeros([1, 45, 70, 1]) as tf.Tensor4D;
    const { logits, deltas } = detector.predict(parameters, statistics, odd, { training: false });
    const { count } = detector.anchors(45, 70);
    expect([logits.shape, deltas.shape]).toEqual([[1, count, 2], [1, count, 4]]);
    expect(detector.anchors(45, 70)).toBe(detector.anchors(45, 70));
  });

  it('leaves nothing behind', async () => {
    const { parameters, statistics } = initial();
    for (const training of [false, true]) {
      await expectNoLeak(() => {
        const { batchStatistics = new Map(), ...outputs } = detector.predict(parameters, statistics, images, { training });
        return [outputs, batchStatistics];
      });
    }
    await expectNoLeak(() => detectObjects(detector, parameters, statistics, images).then(() => undefined));
    await expectNoLeak(() => detector.initialise(createRng(1)));
  });

  it('says which stages an encoder lacks', () => {
    expect(() => createRetinaNet({ encoder: { ...encoder, stages: encoder.stages.slice(0, 2) }, findings: 1 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a RetinaNet as the encoder must have stages of stride 8, 16, 32: current strides are 8, 16, name others with stages]`);
    expect(() => createRetinaNet({ encoder, findings: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a RetinaNet as its findings must be an integer of at least 1: current value is 0]`);
    expect(() => createRetinaNet({ encoder, findings: 1, stages: ['layer9'] })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot create a RetinaNet as its stages must be among eighth, sixteenth, thirtysecond: current value is layer9]`);
  });
});

describe('DetectorTraining', () => {
  const train = (batchNorm: 'running' | 'frozen' = 'running', maker: Detector = detector): DetectorTraining => new DetectorTraining({ detector: maker, ...initial(), optimizer: sgd({ weightDecay: 0 }), batchNorm });

  it('learns to find a box that it sees again and again', async () => {
    const training = train();
    const square = tf.tidy(() => tf.add<tf.Tensor4D>(tf.mul(images, 0.1), tf.pad(tf.fill([2, 11, 10, 1], 3), [[0, 0], [8, 13], [8, 14], [0, 0]])));
    const losses: number[] = [];
    for (let step = 0; step < 20; step++) losses.push((await training.trainStep(square, [oneBox, oneBox], { learningRate: 0.03 })).loss);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]!);
    const [found] = await detectObjects(detector, training.model.parameters, training.model.statistics, square, { scoreThreshold: 0.01 });
    expect(found!.labels[0]).toBe(1);
    training.dispose();
  });

  it('goes on without any box, frozen or not, and keeps as many tensors', async () => {
    for (const batchNorm of ['running', 'frozen'] as const) {
      const training = train(batchNorm);
      await training.trainStep(images, [noBoxes, noBoxes], { learningRate: 0.01 });
      const before = tf.memory().numTensors;
      for (let step = 0; step < 5; step++) {
        const { loss, box, gradientNorm } = await training.trainStep(images, [noBoxes, noBoxes], { learningRate: 0.01 });
        expect(Number.isFinite(loss) && Number.isFinite(gradientNorm)).toBe(true);
        expect(box).toBe(0);
      }
      expect(tf.memory().numTensors).toBe(before);
      training.dispose();
    }
  });

  it('moves statistics only when they run, and no frozen parameter', async () => {
    const { parameters, statistics } = initial();
    const mean = await statistics.get('mean')!.data();
    const [stem, last] = await Promise.all(['filter', 'fpn.layer_blocks.2.0.weight'].map((name) => parameters.get(name)!.data()));
    const training = new DetectorTraining({ detector, parameters, statistics, optimizer: sgd(), batchNorm: 'frozen', frozen: (name) => name === 'filter' });
    await training.trainStep(images, [oneBox, noBoxes], { learningRate: 0.1 });
    await expectClose(training.model.statistics.get('mean')!, mean);
    await expectClose(training.model.parameters.get('filter')!, stem!);
    expect([...(await training.model.parameters.get('fpn.layer_blocks.2.0.weight')!.data())]).not.toEqual([...last!]);
    training.dispose();
    const running = train();
    await running.trainStep(images, [oneBox, noBoxes], { learningRate: 0.1 });
    expect([...(await running.model.statistics.get('mean')!.data())]).not.toEqual([...mean]);
    running.dispose();
  });

  it('goes on exactly from a snapshot, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const steps = async (training: DetectorTraining, count: number): Promise<number> => {
      let last = 0;
      for (let step = 0; step < count; step++) last = (await training.trainStep(images, [oneBox, noBoxes], { learningRate: 0.01 })).loss;
      return last;
    };
    const [whole, first, second] = [train(), train(), train()];
    const wanted = await steps(whole, 4);
    await steps(first, 2);
    second.restore(first.snapshot());
    expect(second.step).toBe(2);
    expect(await steps(second, 2)).toBe(wanted);
    expect(() => second.restore({ ...first.snapshot(), tensors: new Map() })).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot restore training as detector.filter must have shape [1, 1, 1, 4]: it is missing; was the snapshot made with another detector?]`);
    await expect(second.trainStep(images, [oneBox], { learningRate: 0.01 })).rejects.toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot take a training step as every image must have its boxes: current numbers are 2 images and 1 annotations]`);
    for (const training of [whole, first, second]) {
      training.dispose();
      training.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses what it cannot train', () => {
    const { parameters, statistics } = initial();
    const wrong = (options: object): (() => unknown) => () => new DetectorTraining({ detector, parameters, statistics, optimizer: sgd(), ...options });
    expect(wrong({ maximumNorm: 0 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot train a detector as the maximum norm must be above 0: current value is 0]`);
    expect(wrong({ frozen: () => true })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot train a detector as every parameter is frozen: let some learn]`);
    disposeTensors(parameters, statistics);
  });
});
