import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageRecord } from '@cxr-ifa/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildImageCache } from '../input/buildImageCache.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { TRAINED_IMAGES } from '../run/runDirectory.ts';
import { readTrainedImages, writeTrainedImages } from '../run/trainedImages.ts';
import { writeImages } from '../testing/writeImages.ts';
import { describeLeak, findLeak, reportLeak } from './findLeak.ts';

let folder: string;
const terminal = { print: () => undefined, progress: () => ({ update: () => undefined, finish: () => undefined }) };
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const records = (patients: readonly (string | undefined)[]): ImageRecord[] => patients.map((patient, i) => ({ path: `image-00${i}.png`, findings: {}, ...(patient && { patient }), split: i < 2 ? 'train' : 'test' }));
const prepare = async (of: readonly ImageRecord[]): Promise<ImageCache> => buildImageCache({ selection: { records: of, root: join(folder, 'images'), findings: [], total: of.length, dropped: [] }, preparation: { imageSize: 16, clipPercentile: 99, aspect: 'stretch' }, folder: join(folder, 'cache'), pool: createWorkerPool(0), terminal });

describe('what an encoder was trained on', () => {
  it('is kept as hashes, and found again among test patients and images', async () => {
    writeImages(join(folder, 'images'), 4, { size: 20 });
    const trained = records(['anna', 'berta', 'carla', undefined]);
    const cache = await prepare(trained);
    const test = (patients: readonly (string | undefined)[]) => ({ selection: { records: records(patients), root: '', findings: [], total: 4, dropped: [] }, cache, indices: [0, 1, 2, 3] });

    await writeTrainedImages(folder, cache, trained, { indices: [0, 1] });
    expect(readFileSync(join(folder, TRAINED_IMAGES), 'utf8')).not.toMatch(/anna|berta/);
    const clean = await readTrainedImages(folder);
    expect(findLeak(test(['anna', 'berta', 'carla', 'dora']), clean)).toEqual({ patients: 0, images: 0 });
    expect(findLeak(test(['x', 'y', 'anna', 'anna']), clean)).toEqual({ patients: 1, images: 0 });
    expect(findLeak(test(['x', 'y', undefined, undefined]), clean)).toEqual({ patients: null, images: 0 });
    expect(findLeak(test([]), undefined)).toBeNull();

    // A run that went on from it, on other images: those of the first stay known
    await writeTrainedImages(join(folder, 'cache'), cache, [], { indices: [3], earlier: clean });
    const later = await readTrainedImages(join(folder, 'cache', 'checkpoints', 'step-00000001.safetensors'));
    expect([later?.images.length, later?.earlier.length, later?.salt]).toEqual([1, 2, clean?.salt]);
    expect(findLeak(test(['x', 'y', 'berta', 'z']), later)).toEqual({ patients: 1, images: 1 });
  });

  it('is a failure or a warning, in one sentence', () => {
    expect(() => reportLeak({ patients: 2, images: 1 }, { onLeak: 'fail' }, terminal)).toThrowErrorMatchingInlineSnapshot(`[@cxr-ifa/InputError: Cannot test on what the encoder was trained on before, which are 2 patients and 1 image of the test: pre-train on the training split alone (pretrain --split train), or go on with --on-leak warn, which is recorded]`);
    expect(() => reportLeak({ patients: null, images: 3 }, { onLeak: 'fail' }, terminal)).toThrow('which are 3 images of the test');
    expect(() => reportLeak({ patients: 2, images: 1 }, { onLeak: 'warn' }, terminal)).not.toThrow();
    expect(describeLeak({ patients: 0, images: 0 })).toBeUndefined();
    expect(describeLeak({ patients: 2, images: 1 })).toBe('Results are too good: the encoder was trained on 2 patients and 1 image of the test before');
    expect(describeLeak({ patients: null, images: 0 })).toContain('No test image is one that');
    expect(describeLeak(null)).toContain('is not known');
  });

  it('is refused where the file is damaged, and unknown where there is none', async () => {
    expect(await readTrainedImages(folder)).toBeUndefined();
    writeFileSync(join(folder, TRAINED_IMAGES), '{"format": "cxr-ifa-trained-images-1"}');
    await expect(readTrainedImages(folder)).rejects.toThrow('as it is damaged or of another version');
  });
});
