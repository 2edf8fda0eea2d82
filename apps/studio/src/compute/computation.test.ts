import { readFileSync } from 'node:fs';
import { encoderSmallPreprocessing, encoderSmallUrl } from '@cxr-ifa/encoder-small';
import { phantomSet } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { testOnBackend } from '@cxr-ifa/testing';
import { clipPercentile } from '@cxr-ifa/transforms';
import { registerSimdBackend } from '@cxr-ifa/backend-simd';
import '@cxr-ifa/gradients';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Computation } from './computation.ts';
import type { Labelled } from './labelled.ts';

const bytes = new Uint8Array(readFileSync(new URL(encoderSmallUrl)));
const phantoms = [...phantomSet({ rng: createRng(2), count: 48, size: 64, prevalence: 0.4 })];
const images = phantoms.map(({ name, image }) => ({ id: name, pixels: clipPercentile(image, [0, 99]).data }));
const labelled: Labelled = { findings: ['cardiomegaly', 'nothing'], images: phantoms.map(({ name, patient, findings }) => ({ id: name, patient, labels: [findings.cardiomegaly as 0 | 1, null] })) };

const computation = new Computation();
testOnBackend('simd', registerSimdBackend);
beforeAll(async () => {
  computation.openEncoder(bytes, 'encoder-small');
  for (const { id, pixels } of images) computation.keep(id, pixels, encoderSmallPreprocessing);
  await computation.embed(images.map(({ id }) => id));
});

describe('Computation', () => {
  it('finds an image by its copy, first of all, and never itself', async () => {
    expect(computation.keep('copy', (images[0] as (typeof images)[0]).pixels, encoderSmallPreprocessing)).toBe(true);
    expect(await computation.embed(['copy'])).toEqual(['copy']);
    const similar = await computation.similar('copy', 5);
    expect(similar).toHaveLength(5);
    expect(similar[0]).toMatchObject({ id: images[0]?.id });
    expect(similar[0]?.similarity).toBeCloseTo(1, 5);
    expect(similar.map(({ id }) => id)).not.toContain('copy');
    expect(await computation.similar('none', 5)).toEqual([]);
  });

  it('lets go of an image that is closed, also while it is embedded', async () => {
    const pixels = (images[1] as (typeof images)[1]).pixels;
    computation.keep('closed', pixels, encoderSmallPreprocessing);
    await computation.embed(['closed']);
    computation.forget('closed');
    expect(computation.features(['closed']).ids).toEqual([]);
    expect(computation.missing(['closed'])).toEqual(['closed']);
    computation.keep('closed', pixels, encoderSmallPreprocessing);
    const embedded = computation.embed(['closed', 'copy']);
    computation.forget('closed');
    expect(await embedded).toEqual(['copy']);
    expect(computation.features(['closed']).ids).toEqual([]);
  });

  it('learns what labels tell, judges it over patients, and says null of what they do not', async () => {
    const predictions = await computation.fitProbe(labelled);
    expect(predictions?.findings).toMatchObject([{ name: 'cardiomegaly', learnt: true }, { name: 'nothing', positives: 0, negatives: 0, learnt: false }]);
    expect(predictions?.probabilities[0]).toHaveLength(49);
    expect(predictions?.probabilities[1]).toHaveLength(0);
    expect(predictions?.unusual).toHaveLength(49);
    const [heart, nothing] = computation.crossValidate(labelled);
    expect(heart).toMatchObject({ finding: 'cardiomegaly', folds: 5, images: 48 });
    expect(heart?.low).toBeLessThan(heart?.auroc as number);
    expect(heart?.high).toBeGreaterThan(heart?.auroc as number);
    expect(nothing).toEqual({ finding: 'nothing', folds: 0, images: 0 });
  });

  it('explains at a stage that can point somewhere, and leaves nothing behind', async () => {
    const id = images[0]?.id as string;
    await computation.explain(id, 'cardiomegaly');
    const before = memory().numTensors;
    const { map, size, stage } = await computation.explain(id, 'cardiomegaly');
    expect([map.length, size, stage]).toEqual([64 * 64, 64, 'layer3']);
    expect(map.every((value) => value >= 0)).toBe(true);
    expect(memory().numTensors).toBe(before);
  });

  it('forgets the features of another encoder, and keeps its own when a file is none', async () => {
    const before = memory().numTensors;
    expect(() => computation.openEncoder(new Uint8Array(100), 'bad.safetensors')).toThrow('Cannot');
    expect(computation.features(['copy']).features.count).toBe(1);
    computation.openEncoder(bytes, 'again');
    expect(computation.features(['copy']).features.count).toBe(0);
    expect(computation.missing(['copy', 'never given'])).toEqual(['never given']);
    await expect(computation.embed(['copy', 'never given'])).rejects.toThrow('Cannot embed images whose pixels are not there: 1 of 2');
    const meanwhile = computation.embed(['copy']);
    computation.openEncoder(bytes, 'and again');
    expect(await meanwhile).toEqual([]); // of the encoder before
    expect(await computation.embed(['copy'])).toEqual(['copy']);
    expect(computation.keep('other', new Float32Array(32 * 32), { ...encoderSmallPreprocessing, imageSize: 32 })).toBe(false);
    expect(computation.missing(['other'])).toEqual(['other']);
    expect(memory().numTensors).toBe(before);
    expect(await computation.fitProbe({ findings: ['a'], images: [{ id: 'not embedded', labels: [1] }] })).toBeUndefined();
  });
});
