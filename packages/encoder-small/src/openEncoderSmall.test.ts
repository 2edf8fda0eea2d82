import { readFile } from 'node:fs/promises';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import { readSafetensors } from '@cxr-ifa/checkpoint';
import { fitLinearProbe, predictLinearProbe, type Features } from '@cxr-ifa/heads/classification';
import { auroc } from '@cxr-ifa/metrics';
import { phantomFindings, phantomSet, type PhantomFinding } from '@cxr-ifa/phantom';
import { expectNoLeak } from '@cxr-ifa/testing';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { setBackend, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { encoderSmallUrl, openEncoderSmall, prepareImage } from './index.ts';

let weights: Uint8Array;
beforeAll(async () => {
  weights = await readFile(new URL(encoderSmallUrl));
  await registerSimdBackend();
  await setBackend('simd');
});

describe('openEncoderSmall', () => {
  it('has weights of at most 8 MB, with what made them', () => {
    expect(weights.length).toBeLessThan(8e6);
    const { tensors, metadata } = readSafetensors(weights);
    expect([...tensors.keys()].every((name) => /^(encoder_q|statistics_q)\./.test(name))).toBe(true);
    expect(JSON.parse(metadata['cxr-ifa'] as string)).toMatchObject({ encoder: { architecture: 'resnet18', width: 32, inputChannels: 1 }, preprocessing: { imageSize: 64, clipPercentile: 99, aspect: 'stretch', normalisation: { mean: 0.658, std: 0.221 } } });
  });

  it('sees findings that it was never told of', async () => {
    const [count, training, batch] = [360, 240, 60];
    const phantoms = [...phantomSet({ rng: createRng(5), count, size: 64, prevalence: 0.3 })];
    const { encoder, parameters, statistics } = openEncoderSmall(weights);
    const data = new Float32Array(count * 256);
    for (let start = 0; start < count; start += batch) {
      const pixels = phantoms.slice(start, start + batch).flatMap(({ image }) => [...prepareImage(image)]);
      const features = tidy(() => encoder.encode(parameters, statistics, tensor4d(pixels, [batch, 64, 64, 1]), { training: false }).features); // [N, 256]
      data.set(await features.data(), start * 256);
      features.dispose();
    }
    disposeTensors(parameters, statistics);

    const part = (from: number, to: number): Features => ({ data: data.subarray(from * 256, to * 256), count: to - from, dimension: 256 });
    const labelsOf = (from: number, to: number): { name: PhantomFinding; labels: number[] }[] => phantomFindings.map((name) => ({ name, labels: phantoms.slice(from, to).map(({ findings }) => findings[name]) }));
    const probe = fitLinearProbe(part(0, training), labelsOf(0, training), { selection: { patients: phantoms.slice(0, training).map(({ patient }) => patient), rng: createRng(1) } });
    const predictions = predictLinearProbe(probe, part(training, count));
    const scores = labelsOf(training, count).map(({ name, labels }) => auroc(predictions.get(name) as Float64Array, labels) as number);
    expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeGreaterThan(0.58); // five findings of 120 images: chance exceeds 0.56 in one of a hundred
  });

  it('leaves nothing behind, whether it opens or not', async () => {
    await expectNoLeak(() => {
      const { parameters, statistics } = openEncoderSmall(weights);
      return [parameters, statistics];
    });
    await expectNoLeak(() => void expect(() => openEncoderSmall(weights.subarray(0, 1000))).toThrow('Cannot read'));
    const other = weights.slice();
    other.set(new TextEncoder().encode('encoder_q.convX.weight'), Buffer.from(other).indexOf('encoder_q.conv1.weight'));
    await expectNoLeak(() => void expect(() => openEncoderSmall(other)).toThrow('Cannot open the encoder as conv1.weight must have shape [7, 7, 1, 32]: it is missing; give the bytes of encoder.safetensors'));
  });
});

describe('prepareImage', () => {
  it('clips, resizes and normalises', () => {
    const data = Float32Array.from({ length: 128 * 128 }, (_, index) => (index % 128 < 64 ? 10 : 30));
    const prepared = prepareImage({ data, width: 128, height: 128, range: [0, 255] });
    expect(prepared).toHaveLength(64 * 64);
    expect(prepared[5]).toBeCloseTo((0 - 0.658) / 0.221, 5);
    expect(prepared[60]).toBeCloseTo((1 - 0.658) / 0.221, 5);
  });

  it('refuses a constant image', () => {
    expect(() => prepareImage({ data: new Float32Array(64 * 64), width: 64, height: 64, range: [0, 255] })).toThrow(/^Cannot /);
  });
});
