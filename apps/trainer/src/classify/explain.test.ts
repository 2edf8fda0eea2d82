import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitFeatureDistribution } from '@cxr-ifa/heads/classification';
import { createResnet } from '@cxr-ifa/resnet';
import { createRng } from '@cxr-ifa/tensor';
import { counterNormal, counterUniform, expectNoLeak } from '@cxr-ifa/testing';
import { resizeToSquare } from '@cxr-ifa/transforms';
import { tensor4d } from '@tensorflow/tfjs-core';
import { decode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeColourPng } from '../output/colourImage.ts';
import { colourOf } from '../output/colourMap.ts';
import { decide } from './decide.ts';
import { readFeatureDistribution, writeFeatureDistribution } from './featureDistributionFile.ts';
import { drawOverlay } from './overlay.ts';
import { readCocoBoxes } from './readCocoBoxes.ts';
import { sanityCheck } from './sanityCheck.ts';
import { squareBox } from './squareBox.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('overlay', () => {
  it('shows the image as it is, and beside it the map over it with its boxes', () => {
    const size = 256;
    const pixels = new Float32Array(size ** 2).fill(0.5);
    const map = new Float32Array(size ** 2);
    map[10 * size + 20] = 4;
    const { data, width, height } = decode(encodeColourPng(drawOverlay({ pixels, map, size, boxes: [[100, 50, 30, 40]] })));
    expect([width, height]).toEqual([2 * 256 + 8, 256]);
    const at = (x: number, y: number): number[] => [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
    expect(at(20, 10)).toEqual([128, 128, 128]);
    expect(at(264 + 20, 10)).toEqual(colourOf(1).map((value) => Math.round(0.35 * 127.5 + 0.65 * value)));
    expect(at(264 + 21, 10)).toEqual([128, 128, 128]);
    for (const left of [0, 264]) expect([at(left + 100, 50), at(left + 129, 89), at(left + 110, 60)]).toEqual([[80, 220, 255], [80, 220, 255], [128, 128, 128]]);
  });

  it('cuts boxes at the edge, and draws a map of nothing as nothing', () => {
    const { data } = drawOverlay({ pixels: new Float32Array(4), map: new Float32Array(4), size: 2, boxes: [[-5, -5, 50, 50]] });
    expect([...data].every(Number.isFinite)).toBe(true);
  });

  it('has colours whose lightness rises in even steps', () => {
    const lightness = Array.from({ length: 9 }, (_, step) => {
      const [red, green, blue] = colourOf(step / 8).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
      const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      return luminance > 216 / 24389 ? 116 * Math.cbrt(luminance) - 16 : (24389 / 27) * luminance; // CIE L*
    });
    const steps = lightness.slice(1).map((value, index) => value - (lightness[index] as number));
    expect(Math.min(...steps)).toBeGreaterThan(8);
    expect(Math.max(...steps)).toBeLessThan(17);
  });
});

describe('squareBox', () => {
  it.each([['stretch'], ['pad'], ['crop']] as const)('puts a box where resizing puts its pixels: %s', (aspect) => {
    for (const [width, height] of [[60, 40], [40, 60]] as const) {
      const data = new Float32Array(width * height);
      for (let y = 16; y < 28; y++) data.fill(1, y * width + 18, y * width + 30);
      const square = resizeToSquare({ data, width, height, range: [0, 1] }, 64, { aspect });
      const [x, y, across, down] = squareBox([18, 16, 12, 12], { width, height }, { imageSize: 64, aspect });
      const centre = [0, 0];
      const total = square.data.reduce((sum, value) => sum + value, 0);
      square.data.forEach((value, index) => {
        centre[0] = (centre[0] as number) + ((index % 64) + 0.5) * (value / total);
        centre[1] = (centre[1] as number) + (Math.floor(index / 64) + 0.5) * (value / total);
      });
      expect(Math.abs((centre[0] as number) - (x + across / 2))).toBeLessThan(0.6);
      expect(Math.abs((centre[1] as number) - (y + down / 2))).toBeLessThan(0.6);
      expect(Math.abs(total - across * down)).toBeLessThan(0.05 * across * down);
    }
  });
});

describe('decide', () => {
  it('calibrates before it compares with the threshold, and says nothing of what was not learnt', () => {
    expect(decide(0.5, { calibration: { slope: 2, intercept: 1 }, threshold: 0.7 })).toEqual({ probability: 1 / (1 + Math.exp(-1)), threshold: 0.7, decision: 1 });
    expect(decide(0.2, { threshold: 0.3 })).toEqual({ probability: 0.2, threshold: 0.3, decision: 0 });
    expect(decide(0.2)).toEqual({ probability: 0.2, threshold: undefined, decision: undefined });
    expect(decide(undefined, { threshold: 0.3 })).toEqual({ probability: undefined, threshold: undefined, decision: undefined });
    expect([decide(0, { calibration: { slope: 0.5, intercept: 1 } }).probability, decide(1, { calibration: { slope: 0.5, intercept: 1 } }).probability]).toEqual([0, 1]);
  });
});

describe('feature-distribution.safetensors', () => {
  it('is read back as it was written, and missed where there is none', async () => {
    expect(await readFeatureDistribution(folder)).toBeUndefined();
    const distribution = await fitFeatureDistribution({ data: Float32Array.from(counterNormal(1, 60)), count: 20, dimension: 3 });
    await writeFeatureDistribution(folder, distribution);
    expect(await readFeatureDistribution(folder)).toEqual({ ...distribution, shrinkage: Math.fround(distribution.shrinkage) });
    await writeFeatureDistribution(folder, { ...distribution, whitening: distribution.whitening.map(() => NaN) });
    await expect(readFeatureDistribution(folder)).rejects.toThrow('as whitening must hold 9 finite float32 numbers');
    writeFileSync(join(folder, 'feature-distribution.safetensors'), 'no tensors');
    await expect(readFeatureDistribution(folder)).rejects.toThrow(/^Cannot /);
  });
});

describe('readCocoBoxes', () => {
  it('gives the boxes of every image by its path, and refuses what is no such file', async () => {
    const write = (value: unknown): string => {
      const path = join(folder, 'boxes.json');
      writeFileSync(path, JSON.stringify(value));
      return path;
    };
    const coco = { images: [{ id: 7, file_name: 'a.png' }, { id: 8, file_name: 'b.png' }], categories: [{ id: 2, name: 'nodule' }], annotations: [{ image_id: 7, category_id: 2, bbox: [1, 2, 3, 4] }] };
    expect([...(await readCocoBoxes(write(coco)))]).toEqual([['a.png', [{ finding: 'nodule', box: [1, 2, 3, 4] }]], ['b.png', []]]);
    await expect(readCocoBoxes(write({ ...coco, annotations: [{ image_id: 9, category_id: 2, bbox: [1, 2, 3, 4] }] }))).rejects.toThrow('current ids are 9 and 2');
    await expect(readCocoBoxes(write({ images: [] }))).rejects.toThrow(/^Cannot read the boxes/);
  });
});

describe('sanityCheck', () => {
  it('goes from the head to the whole encoder, finds that maps become others, and keeps no tensor', async () => {
    const encoder = createResnet({ architecture: 'resnet18', width: 4 });
    const { parameters, statistics } = encoder.initialise(createRng(1));
    const images = tensor4d(Float32Array.from(counterUniform(2, 4 * 64 ** 2)), [4, 64, 64, 1]);
    const probe = { dimension: 32, mean: new Array<number>(32).fill(0), deviation: new Array<number>(32).fill(1), findings: [{ name: 'nodule', positives: 1, negatives: 1, classifier: { weights: [...counterNormal(3, 32)], bias: 0, l2: 1, candidates: [], converged: true } }] };
    const loaded = { encoder, parameters, statistics, table: { architecture: 'resnet18', width: 4, inputChannels: 1 as const }, preprocessing: { imageSize: 64, clipPercentile: 99, aspect: 'stretch' as const, normalisation: { mean: 0, std: 1 } }, step: 0 };
    const check = () => sanityCheck(loaded, images, ['nodule'], { probe, probedStage: undefined, stage: 'layer2', method: 'gradCam', patients: ['a', 'b', undefined, undefined], rng: createRng(4) });
    const { levels, images: count } = await check();
    expect(count).toBe(4);
    expect(levels.map(({ randomised }) => randomised)).toEqual([['head'], ['head', 'layer4'], ['head', 'layer4', 'layer3'], ['head', 'layer4', 'layer3', 'layer2'], ['head', 'layer4', 'layer3', 'layer2', 'layer1'], ['head', 'layer4', 'layer3', 'layer2', 'layer1', 'stem']]);
    for (const { rankCorrelation, structuralSimilarity, unordered } of levels) {
      expect(Math.abs(rankCorrelation.value ?? 0)).toBeLessThan(0.9);
      expect(structuralSimilarity.value ?? 0).toBeLessThan(0.95);
      expect(unordered).toBeLessThanOrEqual(4);
    }
    await expectNoLeak(async () => void (await check()));
  });
});
