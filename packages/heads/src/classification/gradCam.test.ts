import { abs, add, dot, mean, mul, slice, stack, stridedSlice, sub, sum, tensor1d, tensor2d, tensor3d, tensor4d, tidy, zerosLike, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng, createVariables, type Encoded, type Encoder, type Parameters, type Statistics } from '@cxr-ifa/tensor';
import { counterNormal, counterUniform, expectClose, expectNoLeak, fillParameters } from '@cxr-ifa/testing';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gradCam, linearProbeScore, randomiseStages, resizeMaps, type FindingScore, type GradCamMethod, type LinearProbe } from './index.ts';

interface Golden {
  readonly width: number;
  readonly size: number;
  readonly batch: number;
  readonly imageStream: number;
  readonly logits: number[];
  readonly cases: { readonly stage: string; readonly method: GradCamMethod; readonly shape: [number, number, number]; readonly maps: number[] }[];
  readonly resized: number[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/gradCam.json', import.meta.url), 'utf8')) as Golden;
const METHODS = ['gradCam', 'gradCamPlusPlus'] as const;

/** The images are the map, and the features their mean: nothing but the equations is left. */
const identity: Encoder = {
  stages: [{ name: 'only', channels: 2, stride: 1 }],
  featureSize: 2,
  inputChannels: 1,
  initialise: () => ({ parameters: new Map(), statistics: new Map() }),
  encode: (_parameters, _statistics, images, { from }) => tidy(() => ({ stages: from ? {} : { only: add<Tensor4D>(images, 0) }, features: mean<Tensor2D>(from?.map ?? images, [1, 2]) })) as Encoded,
};
const none: Parameters & Statistics = new Map();
const linear = (weights: readonly number[], bias = 0): FindingScore => ({ features }) => tidy(() => add<Tensor1D>(dot(features, tensor1d([...weights])), bias));

const resnet = createResnet({ architecture: 'resnet18', width: golden.width });
const initial = resnet.initialise(createRng(1));
const parameters = createVariables(() => fillParameters(initial.parameters, 0));
const statistics = fillParameters(initial.statistics, 1000);
const images = tensor4d(Float32Array.from(counterUniform(golden.imageStream, golden.batch * golden.size ** 2)), [golden.batch, golden.size, golden.size, 1]);
const head = counterNormal(2500, resnet.featureSize).map((x) => 3 * x);
const score = linear([...head]);
const explain = (of: Tensor4D, stage: string, method: GradCamMethod, by: FindingScore = score): Tensor3D => gradCam(resnet, parameters, statistics, of, by, { stage, method });

describe('gradCam', () => {
  it('explains the logits that PyTorch finds', async () => {
    await expectClose(score(resnet.encode(parameters, statistics, images, { training: false })), golden.logits, { relative: 1e-4 });
  });

  it('has its closed form where the finding is linear in the map', async () => {
    const map = tensor4d([1, 4, 2, 1, 3, 3, 0, 4], [1, 2, 2, 2]); // channel means 1.5 and 3
    await expectClose(gradCam(identity, none, none, map, linear([8, -2])), [0 + 2 * 1 - 0.5 * 4, 2 * 2 - 0.5, 2 * 3 - 1.5, 0]); // relu(sum of w / 4 A)
    const weight = 8 / (2 + 8 * 1.5); // 4 relu(w / 4) / (2 + w / 4 sum(A)), and 0 for the negative one
    await expectClose(gradCam(identity, none, none, map, linear([8, -2]), { method: 'gradCamPlusPlus' }), [weight, 2 * weight, 3 * weight, 0]);
  });

  it.each(golden.cases)('equals the papers\' equations in PyTorch: $method of $stage', async ({ stage, method, shape, maps }) => {
    const found = explain(images, stage, method);
    expect(found.shape).toEqual(shape);
    await expectClose(found, maps, { relative: 2e-3, absolute: 1e-4 * Math.max(...maps) });
  });

  it('weighs channels by what central differences give', async () => {
    const { stages } = resnet.encode(parameters, statistics, images, { training: false });
    const map = stages['layer3'] as Tensor4D; // [2, 3, 3, 16]
    const [, height, width, channels] = map.shape;
    const logits = async (shifted: Tensor4D): Promise<Float32Array> => Float32Array.from(await score(resnet.encode(parameters, statistics, images, { training: false, from: { stage: 'layer3', map: shifted } })).data());
    const step = 2e-3;
    const weights: number[][] = [];
    for (let channel = 0; channel < channels; channel++) {
      const along = tensor1d(Float32Array.from({ length: channels }, (_, k) => (k === channel ? step : 0)));
      const [up, down] = [await logits(add(map, along)), await logits(add(map, mul(along, -1)))];
      weights.push([...up].map((value, image) => (value - (down[image] as number)) / (2 * step) / (height * width)));
    }
    const values = await map.data();
    const expected = Array.from({ length: golden.batch * height * width }, (_, position) => {
      const image = Math.floor(position / (height * width));
      return Math.max(0, weights.reduce((sum, weight, k) => sum + (weight[image] as number) * (values[position * channels + k] as number), 0));
    });
    await expectClose(explain(images, 'layer3', 'gradCam'), expected, { relative: 0.05, absolute: 0.02 * Math.max(...expected) });
  });

  it.each(METHODS)('explains an image the same alone and among others: %s', async (method) => {
    const alone = [0, 1].map((image) => explain(slice(images, [image, 0, 0, 0], [1, -1, -1, -1]), 'layer2', method));
    await expectClose(explain(images, 'layer2', method), stack(alone), { relative: 1e-4, absolute: 1e-7 });
  });

  it('scales with the logit and does not see its bias; what speaks for a finding and against it are apart', async () => {
    const [plain, scaled] = [explain(images, 'stem', 'gradCam'), explain(images, 'stem', 'gradCam', linear([...head].map((x) => 4 * x), 7))];
    await expectClose(scaled, mul(plain, 4), { relative: 1e-4 });
    const against = explain(images, 'stem', 'gradCam', linear([...head].map((x) => -x)));
    await expectClose(mul(plain, against), zerosLike(plain));
    expect(Math.max(...(await plain.data()))).toBeGreaterThan(0);
    expect(Math.max(...(await against.data()))).toBeGreaterThan(0);
  });

  it('does not overflow where the classifier is very sure, and is zero where nothing speaks for the finding', async () => {
    const sure = await gradCam(identity, none, none, tensor4d([1e3, 1e3, 0, 0], [1, 1, 2, 2]), linear([5, 5]), { method: 'gradCamPlusPlus' }).data();
    expect([...sure].every(Number.isFinite)).toBe(true);
    for (const method of METHODS) await expectClose(gradCam(identity, none, none, tensor4d([1, 2, 3, 4], [1, 1, 2, 2]), linear([-1, -1]), { method }), [0, 0]);
  });

  it('keeps no tensor, and refuses what it cannot explain', async () => {
    await expectNoLeak(() => explain(images, 'layer2', 'gradCamPlusPlus'));
    expect(() => explain(images, 'layer9', 'gradCam')).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot explain as stage must be one of stem, layer1, layer2, layer3, layer4: current value is layer9]`);
    expect(() => explain(images, 'layer4', 'scoreCam' as never)).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot explain as method must be one of gradCam, gradCamPlusPlus: current value is scoreCam]`);
    await expectNoLeak(() => void expect(() => explain(images, 'layer4', 'gradCam', ({ features }) => features as Tensor as Tensor1D)).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot explain as the score must have shape [2]: current shape is [2, 32]]`));
    await expectNoLeak(() => void expect(() => explain(images, 'layer4', 'gradCam', () => tensor1d([1, 2]))).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot differentiate a loss as it must depend on a parameter: it depends on none of those given]`));
  });
});

describe('linearProbeScore', () => {
  const probe: LinearProbe = {
    dimension: 2,
    mean: [1, -1],
    deviation: [2, 0.5],
    findings: [
      { name: 'nodule', positives: 3, negatives: 4, classifier: { weights: [3, -1], bias: 0.25, l2: 1, candidates: [], converged: true } },
      { name: 'effusion', positives: 0, negatives: 7, classifier: null },
    ],
  };

  it("is the probe's logit, of the encoder's features or of a stage's average", async () => {
    const features = tensor2d([5, 0], [1, 2]);
    await expectClose(linearProbeScore(probe, 'nodule')({ stages: {}, features }), [3 * 2 - 1 * 2 + 0.25]);
    const map = tensor4d([4, -1, 6, 1], [1, 1, 2, 2]);
    await expectClose(linearProbeScore(probe, 'nodule', { stage: 'only' })({ stages: { only: map }, features }), [3 * 2 - 1 * 2 + 0.25]);
    await expectClose(gradCam(identity, none, none, map, linearProbeScore(probe, 'nodule', { stage: 'only' })), [0.75 * 4 - 1 * -1, 0.75 * 6 - 1]);
  });

  it('refuses what the probe does not know', () => {
    expect(() => linearProbeScore(probe, 'hernia')).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot score a finding as it must be one of nodule, effusion: current value is hernia]`);
    expect(() => linearProbeScore(probe, 'effusion')).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot score effusion as the probe has no classifier for it: its training labels were all of one class]`);
    expect(() => linearProbeScore(probe, 'nodule', { stage: 'stem' })({ stages: {}, features: tensor2d([5, 0], [1, 2]) })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot score nodule as the probe reads the stage stem, which must not be before the one explained: current stages are ]`);
    expect(() => linearProbeScore(probe, 'nodule')({ stages: {}, features: tensor2d([5, 0, 1], [1, 3]) })).toThrowErrorMatchingInlineSnapshot(`[TypeError: Cannot score nodule as features must have 2 dimensions: current dimension is 3]`);
  });
});

describe('resizeMaps', () => {
  it('equals PyTorch\'s bilinear interpolation without aligned corners', async () => {
    const resized = resizeMaps(explain(images, 'layer2', 'gradCam'), [golden.size, golden.size + 3]);
    await expectClose(stridedSlice(resized, [0, 0, 0], resized.shape, [1, 7, 7]), golden.resized, { relative: 2e-3, absolute: 1e-4 * Math.max(...golden.resized) });
  });

  it('lays a cell on the pixel that it looks from, and goes on beyond the last one', async () => {
    const maps = tensor3d([0, 4, 8, 12], [1, 2, 2]);
    await expectClose(resizeMaps(maps, [4, 3], { stride: 2 }), [0, 2, 4, 4, 6, 8, 8, 10, 12, 8, 10, 12]);
    // What the first stage of a network with padded convolutions sees of a single bright pixel is brightest there
    const dot = (x: number, y: number): Tensor4D => tensor4d(Float32Array.from({ length: 64 ** 2 }, (_, i) => (i === y * 64 + x ? 1 : 0)), [1, 64, 64, 1]);
    const black = tensor4d(new Float32Array(64 ** 2), [1, 64, 64, 1]);
    const map = (of: Tensor4D): Tensor4D => resnet.encode(parameters, statistics, of, { training: false }).stages['layer3'] as Tensor4D;
    for (const [x, y] of [[16, 32], [32, 16], [48, 48]] as const) {
      const seen = sum<Tensor3D>(abs(sub(map(dot(x, y)), map(black))), -1); // [1, 4, 4]
      const values = (await resizeMaps(seen, [64, 64], { stride: 16 }).data()) as Float32Array;
      const highest = values.reduce((best, value, i) => (value > (values[best] as number) ? i : best), 0);
      expect([highest % 64, Math.floor(highest / 64)]).toEqual([x, y]);
    }
  });

  it('keeps no tensor, and refuses sizes that are none', async () => {
    const maps = explain(images, 'layer4', 'gradCam');
    await expectNoLeak(() => resizeMaps(maps, [5, 6]));
    await expectNoLeak(() => resizeMaps(maps, [5, 6], { stride: 32 }));
    expect(() => resizeMaps(maps, [0, 6])).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot resize maps as height, width and stride must be positive integers: current values are 0, 6 and undefined]`);
    expect(() => resizeMaps(maps, [65, 6], { stride: 32 })).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot resize maps as 2 x 2 cells of stride 32 must cover the image: current size is 65 x 6]`);
  });
});

describe('randomiseStages', () => {
  it('draws the last stages anew and leaves the others as they are', async () => {
    const changed = async (count: number): Promise<string[]> => {
      const random = randomiseStages(resnet, { parameters, statistics }, count, createRng(5));
      const names: string[] = [];
      for (const [kind, trained] of [[random.parameters, parameters], [random.statistics, statistics]] as const) {
        for (const [name, tensor] of trained) {
          const [a, b] = [await tensor.data(), await (kind.get(name) as Tensor).data()];
          if (a.some((value, index) => value !== b[index])) names.push(name);
        }
      }
      return names;
    };
    const all = [...parameters.keys(), ...statistics.keys()];
    expect(await changed(0)).toEqual([]);
    expect(await changed(2)).toEqual(all.filter((name) => /^layer[34]\./.test(name)));
    expect(await changed(5)).toEqual(all); // the stem's parameters begin with no stage's name
  });

  it('keeps no tensor but what it returns, and refuses a number that is none', async () => {
    await expectNoLeak(() => randomiseStages(resnet, { parameters, statistics }, 3, createRng(5)));
    expect(() => randomiseStages(resnet, { parameters, statistics }, 6, createRng(5))).toThrowErrorMatchingInlineSnapshot(`[RangeError: Cannot randomise stages as their number must be an integer from 0 to 5: current value is 6]`);
  });
});
