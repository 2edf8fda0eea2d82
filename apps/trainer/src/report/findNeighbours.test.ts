import '@tensorflow/tfjs-backend-cpu';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Features } from '@cxr-ifa/heads/classification';
import { createRng } from '@cxr-ifa/tensor';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImageCache } from '../input/buildImageCache.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { recordOptions } from '../options/recordOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { writeImages } from '../testing/writeImages.ts';
import { findNeighbours, type SearchedImage } from './findNeighbours.ts';

let folder: string;
let cache: ImageCache;
beforeAll(async () => {
  await setBackend('cpu');
  await ready();
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  writeImages(join(folder, 'images'), 12, { size: 16 });
  const selection = await readRecords(resolveOptions('select', recordOptions, { data: join(folder, 'images') }));
  cache = await buildImageCache({ selection, preparation: { imageSize: 8, clipPercentile: 99, aspect: 'stretch' }, folder: join(folder, 'cache'), pool: createWorkerPool(0), terminal: { print: () => undefined, progress: () => ({ update: () => undefined, finish: () => undefined }) } });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Twelve images of four patients on a quarter circle, a little apart: the nearest by angle is the nearest by cosine. */
const angles = Array.from({ length: 12 }, (_, i) => (i * Math.PI) / 24);
const features: Features = { data: Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])), count: 12, dimension: 2 };
const images = angles.map((_, index): SearchedImage => ({ name: `${index}`, index, patient: `p${Math.floor(index / 3)}`, findings: index === 7 ? ['nodule'] : [] }));

describe('findNeighbours', () => {
  it("finds the nearest images of other patients, nearest first, with their similarity", async () => {
    const rows = await findNeighbours(images, features, { cache, rng: createRng(1) });
    expect(rows).toHaveLength(5);
    for (const { query, neighbours } of rows) {
      const position = Number(query.name);
      const others = images.map((_, index) => index).filter((index) => Math.floor(index / 3) !== Math.floor(position / 3));
      const expected = others.map((index) => Math.cos((angles[index] as number) - (angles[position] as number))).sort((a, b) => b - a).slice(0, 5);
      expect(neighbours).toHaveLength(5);
      neighbours.forEach(({ name, similarity }, rank) => {
        expect(similarity).toBeCloseTo(expected[rank] as number, 5);
        expect(Math.cos((angles[Number(name)] as number) - (angles[position] as number))).toBeCloseTo(similarity, 5);
        expect(others).toContain(Number(name));
      });
    }
  });

  it('begins with an image of each finding, and asks the same whatever the order and the features', async () => {
    const rows = await findNeighbours(images, features, { cache, rng: createRng(1) });
    expect(rows[0]?.query).toMatchObject({ name: '7', findings: ['nodule'] });
    const others = await findNeighbours([...images].reverse(), { ...features, data: features.data.map((value) => value ** 2) }, { cache, rng: createRng(1) });
    expect(others.map(({ query }) => query.name)).toEqual(rows.map(({ query }) => query.name));
  });

  it('asks only with the images that it may', async () => {
    const rows = await findNeighbours(images, features, { cache, rng: createRng(1), among: new Set(['2', '5', '11']) });
    expect(rows.map(({ query }) => query.name).sort()).toEqual(['11', '2', '5']);
    expect(rows.every(({ neighbours }) => neighbours.length === 5)).toBe(true);
  });

  it('without patients leaves out the query alone', async () => {
    const anonymous = images.map(({ name, index }) => ({ name, index }));
    const rows = await findNeighbours(anonymous, features, { cache, rng: createRng(1) });
    for (const { query, neighbours } of rows) {
      expect(neighbours.map(({ name }) => name)).not.toContain(query.name);
      expect(Math.abs(Number(neighbours[0]?.name) - Number(query.name))).toBe(1);
    }
  });
});
