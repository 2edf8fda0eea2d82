import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageCache } from '../input/imageCache.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import { pretrainOptions } from '../options/pretrainOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { writeImages } from '../testing/writeImages.ts';
import { openImages, type ImageOptions } from './openImages.ts';

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inside = (...names: string[]): string => join(folder, ...names);
const open = (changed: object, onSelected: (images: number) => void = () => undefined): Promise<ImageCache> => {
  const options = resolveOptions('pretrain', pretrainOptions, { data: inside('images'), imageSize: 32, ...changed }) as ImageOptions;
  const terminal = { print: (line: string) => void printed.push(line), progress: () => ({ update: () => undefined, finish: () => undefined }) };
  return openImages(options, inside('run'), { pool: createWorkerPool(0), terminal, signal: new AbortController().signal, onSelected });
};

describe('openImages', () => {
  it('keeps prepared images in the run, or in a folder that runs share', async () => {
    writeImages(inside('images'), 3);
    expect((await open({})).folder).toBe(inside('run', 'cache', readdirSync(inside('run', 'cache'))[0] as string));
    const shared = await open({ cache: inside('shared') });
    expect(await open({ cache: inside('shared') })).toMatchObject({ folder: shared.folder, manifest: shared.manifest });
    expect(printed).toEqual([`Using 3 prepared images in ${shared.folder}`]);
  });

  it('takes a folder of prepared images for data, if it was made the same way', async () => {
    writeImages(inside('images'), 3);
    const { folder: prepared, manifest } = await open({ cache: inside('shared') });
    rmSync(inside('images'), { recursive: true });
    expect((await open({ data: prepared })).manifest).toEqual(manifest);
    await expect(open({ data: prepared, imageSize: 64 })).rejects.toThrow(`Cannot use the prepared images in ${prepared} as they were made with --image-size 32 --clip-percentile 99 --aspect stretch: needed is --image-size 64 --clip-percentile 99 --aspect stretch`);
  });

  it('takes all of the prepared images, and refuses to select among them', async () => {
    writeImages(inside('images'), 3);
    const { folder: prepared } = await open({ cache: inside('shared') });
    for (const selecting of [{ labels: 'list.csv' }, { split: 'train' }, { where: ['source=x'] }]) {
      await expect(open({ data: prepared, ...selecting })).rejects.toThrow(`Cannot select among the prepared images in ${prepared} by --labels, --split or --where as all of them are used: select where they are prepared, or name the images' own folder`);
    }
  });

  it('looks at the number of images before it prepares them', async () => {
    writeImages(inside('images'), 3);
    const refuse = (images: number): void => {
      throw new Error(`${images} are too few`);
    };
    await expect(open({ cache: inside('shared') }, refuse)).rejects.toThrow('3 are too few');
    expect(readdirSync(folder)).toEqual(['images']);
  });

  it('names bad files, and need not prepare the good ones again to leave them out', async () => {
    writeImages(inside('images'), 2);
    for (let bad = 0; bad < 12; bad++) writeFileSync(inside('images', `bad-${bad}.png`), 'no image');
    await expect(open({ cache: inside('shared') })).rejects.toThrow(/^Cannot use 12 of 14 files: bad-0\.png \(.*\); .*; and 2 more; mend them, or leave them out with --on-bad-file skip$/);
    const { manifest } = await open({ cache: inside('shared'), onBadFile: 'skip' });
    expect(manifest.images).toEqual(['image-000.png', 'image-001.png']);
    expect(printed[0]).toMatch(/^Using 2 prepared images/);
    expect(printed[1]).toMatch(/^Left out 12 bad of 14 files: bad-0\.png/);
    rmSync(inside('images', 'image-000.png'));
    rmSync(inside('images', 'image-001.png'));
    await expect(open({ onBadFile: 'skip' })).rejects.toThrow(/^Cannot use any of the 12 files: /);
  });
});
