import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import type { Detections } from '@cxr-ifa/heads/detection';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnnotatedImage } from './annotatedImages.ts';
import { readCocoAnnotations } from './cocoFile.ts';
import { drawOverlay } from './drawOverlay.ts';
import { toFile, toPrepared } from './placement.ts';
import { readBoxes } from './readBoxes.ts';
import { scoreBoxes } from './scoreBoxes.ts';
import { toCoco } from './writeCoco.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cxr-ifa-detect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const write = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

const preparation = (aspect: 'stretch' | 'pad' | 'crop'): Preprocessing => ({ imageSize: 100, clipPercentile: 99, aspect, normalisation: { mean: 0.5, std: 0.2 } });
const wide = { width: 400, height: 200 };

describe('placement', () => {
  it('stretches, pads and crops boxes as images are', () => {
    expect(toPrepared([100, 50, 200, 100], wide, preparation('stretch'))).toEqual([0.25, 0.25, 0.75, 0.75]);
    expect(toPrepared([100, 50, 200, 100], wide, preparation('pad'))).toEqual([0.375, 0.25, 0.625, 0.75]);
    expect(toPrepared([100, 50, 200, 100], wide, preparation('crop'))).toEqual([0.25, 0, 0.75, 1]);
    expect(toPrepared([0, 50, 100, 100], wide, preparation('crop'))).toBeUndefined();
  });

  it.each(['stretch', 'pad', 'crop'] as const)('goes back to the file: %s', (aspect) => {
    const box = [120, 40, 150, 90] as const;
    const there = toFile(toPrepared(box, wide, preparation(aspect))!, wide, preparation(aspect));
    for (const [i, value] of there.entries()) expect(value).toBeCloseTo(box[i] as number, 6);
  });
});

describe('readBoxes', () => {
  const coco = { images: [{ id: 7, file_name: 'a.png', width: 9, height: 9 }, { id: 8, file_name: 'b.png', width: 9, height: 9 }], categories: [{ id: 3, name: 'nodule' }], annotations: [{ id: 1, image_id: 7, category_id: 3, bbox: [1, 2, 3, 4] }, { id: 2, image_id: 7, category_id: 3, bbox: [1, 1, 8, 8], iscrowd: 1 }] };

  it('reads COCO, with images without boxes and without crowds', async () => {
    const { boxes, findings, listsAllImages } = await readBoxes(await write('coco.json', JSON.stringify(coco)));
    expect([Object.fromEntries(boxes), findings, listsAllImages]).toEqual([{ 'a.png': [{ finding: 'nodule', box: [1, 2, 3, 4] }], 'b.png': [] }, ['nodule'], true]);
  });

  it('reads a table', async () => {
    const { boxes, findings, listsAllImages } = await readBoxes(await write('boxes.csv', 'file,finding,x,y,w,h\na.png,Mass,1,2,3,4.5\na.png,Atelectasis,0,0,1,1\n'));
    expect([boxes.get('a.png')?.length, findings, listsAllImages]).toEqual([2, ['Atelectasis', 'Mass'], false]);
  });

  it('refuses what it cannot read', async () => {
    await expect(readBoxes(await write('bad.csv', 'file,finding,x,y,w,h\na.png,Mass,1,2,-3,4\n'))).rejects.toThrow(/Cannot read row 2 of the boxes .* as it must name a file/);
    await expect(readBoxes(await write('short.csv', 'file,finding\n'))).rejects.toThrow('x is missing');
    await expect(readCocoAnnotations(await write('bad.json', '{'))).rejects.toThrow('as it is no JSON');
    await expect(readCocoAnnotations(await write('stranger.json', JSON.stringify({ ...coco, annotations: [{ id: 1, image_id: 9, category_id: 3, bbox: [1, 2, 3, 4] }] })))).rejects.toThrow('annotation 1 must be of an image and a category in the file: current ids are 9 and 3');
  });
});

describe('COCO files of detections', () => {
  const images: AnnotatedImage[] = [
    { record: { path: 'a.png', patient: 'p', findings: {} }, index: 0, size: wide, annotations: { boxes: Float32Array.of(0.25, 0.25, 0.75, 0.75), labels: Int32Array.of(0), known: [1, 0] } },
    { record: { path: 'b.png', findings: {} }, index: 1, size: wide, annotations: { boxes: new Float32Array(), labels: new Int32Array(), known: [1, 1] } },
  ];
  const found: Detections[] = [
    { boxes: Float32Array.of(0.25, 0.25, 0.75, 0.75, 0, 0, 1, 1), scores: Float32Array.of(0.9, 0.8), labels: Int32Array.of(0, 1) },
    { boxes: new Float32Array(), scores: new Float32Array(), labels: new Int32Array() },
  ];

  it('say what an image was not searched for, and leave such detections out', () => {
    const { annotations, results } = toCoco(images, found, { findings: ['nodule', 'mass'], preprocessing: preparation('stretch'), pseudonym: (patient) => patient && 'x' });
    expect(annotations.images).toEqual([{ id: 1, file_name: 'a.png', ...wide, patient: 'x', not_exhaustive_category_ids: [2] }, { id: 2, file_name: 'b.png', ...wide }]);
    expect(annotations.annotations).toEqual([{ id: 1, image_id: 1, category_id: 1, bbox: [100, 50, 200, 100], area: 20000, iscrowd: 0 }]);
    expect(results).toEqual([{ image_id: 1, category_id: 1, bbox: [100, 50, 200, 100], score: 0.9 }]);
    const scores = scoreBoxes(annotations, results, { hit: 0.2, rsnaThreshold: 0.3, samples: 50, confidence: 0.95, seed: 1 });
    expect([scores.map50.value, scores.vindrMap40, scores.rsna.score, scores.findings.map(({ ap50 }) => ap50)]).toEqual([expect.closeTo(1, 9), 1, 1, [expect.closeTo(1, 9), null]]);
  });
});

describe('drawOverlay', () => {
  it('draws boxes over the image, cut at its edge', () => {
    const image = { data: new Float32Array(64).map((_, i) => i), width: 8, height: 8, range: [0, 63] } as const;
    const { width, channels, data } = decode(drawOverlay(image, [{ box: [2, 3, 9, 3], colour: [255, 0, 0] }]));
    const [scale, stroke] = [48, 2]; // small images are enlarged to 384 pixels
    const pixel = (x: number, y: number): number[] => [...data.subarray(3 * (width * y + x), 3 * (width * y + x) + 3)];
    expect([width, channels, pixel(2 * scale, 3 * scale), pixel(5 * scale, 6 * scale - stroke), pixel(2 * scale + 1, 4 * scale)]).toEqual([8 * scale, 3, [255, 0, 0], [255, 0, 0], [255, 0, 0]]);
    expect(new Set(pixel(5 * scale, 4 * scale)).size).toBe(1);
  });
});
