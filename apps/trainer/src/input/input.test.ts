import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { decodeNpy } from '@cxr-ifa/checkpoint';
import { planBatches } from '@cxr-ifa/datasets';
import { tensorsOf, type Alignment } from '@cxr-ifa/moco';
import { createRng, disposeTensors } from '@cxr-ifa/tensor';
import { alignGrid, createAugmentation, CXR_NORMALISATION, twoViews } from '@cxr-ifa/transforms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordOptions, type RecordOptionValues } from '../options/recordOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { encodeGrayPng } from '../output/encodeGrayPng.ts';
import type { Terminal } from '../terminal.ts';
import { writeImages } from '../testing/writeImages.ts';
import { buildImageCache } from './buildImageCache.ts';
import { openImageCache, readCachedImage, type ImageCache } from './imageCache.ts';
import { listFiles } from './listFiles.ts';
import { loadViews } from './loadViews.ts';
import { makeViews } from './makeViews.ts';
import { mapInOrder } from './mapInOrder.ts';
import { prepareImage } from './prepareImage.ts';
import type { Preparation } from './preparation.ts';
import { readRecords } from './readRecords.ts';
import { transferList } from './transferList.ts';
import { createWorkerPool, type WorkerPool } from './workerPool.ts';

// The worker is a plain JavaScript file that the build makes: Node 20 loads no TypeScript
const workerUrl = new URL('../../dist/worker.js', import.meta.url);

let folder: string;
let printed: string[];
const terminal: Terminal = { print: (line) => void printed.push(line), progress: () => ({ update: () => undefined, finish: () => undefined }) };
const preparation: Preparation = { imageSize: 32, clipPercentile: 99, aspect: 'stretch' };
const select = (values: Record<string, unknown>): RecordOptionValues => resolveOptions('select', recordOptions, values);
const build = async (data: string, workers = 0): Promise<ImageCache> => {
  const pool = createWorkerPool(workers, workerUrl);
  try {
    return await buildImageCache({ selection: await readRecords(select({ data })), preparation, folder: join(folder, 'cache'), pool, terminal });
  } finally {
    await pool.close();
  }
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('readRecords', () => {
  const csv = 'file,source,split\nb/1.png,kermany,train\nb/2.png,kermany,test\na.png,nih,train\n';

  it('takes a folder in the order of its paths, links followed once', async () => {
    mkdirSync(join(folder, 'images', 'inner'), { recursive: true });
    for (const name of ['b.png', 'inner/a.JPG', 'notes.txt', '.hidden.png']) writeFileSync(join(folder, 'images', name), '');
    symlinkSync('..', join(folder, 'images', 'inner', 'loop'));
    expect((await listFiles(join(folder, 'images'))).sort()).toEqual(['.hidden.png', 'b.png', 'inner/a.JPG', 'notes.txt']);
    const selection = await readRecords(select({ data: join(folder, 'images') }));
    expect(selection.records.map(({ path }) => path)).toEqual(['b.png', 'inner/a.JPG']);
  });

  it('takes the rows of a CSV file that fit, from its own folder or that of --data', async () => {
    const file = join(folder, 'labels.csv');
    writeFileSync(file, csv);
    const all = await readRecords(select({ data: file, pathColumn: 'file' }));
    expect([all.root, all.records.map(({ path }) => path)]).toEqual([folder, ['b/1.png', 'b/2.png', 'a.png']]);
    const some = await readRecords(select({ data: tmpdir(), labels: file, pathColumn: 'file', where: ['source=kermany', 'source=nih'], splitColumn: 'split', split: 'train' }));
    expect([some.root, some.records.map(({ path }) => path)]).toEqual([tmpdir(), ['b/1.png', 'a.png']]);
  });

  it('finds NIH images in the folders of its archives', async () => {
    writeImages(join(folder, 'images_001', 'images'), 2);
    writeFileSync(join(folder, 'Data_Entry.csv'), 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\nimage-001.png,Edema,0,1,58,M,PA\nmissing.png,Edema,0,1,58,M,PA\n');
    const { records, dropped } = await readRecords(select({ data: folder, labels: join(folder, 'Data_Entry.csv'), labelFormat: 'nih' }));
    expect(records.map(({ path }) => path)).toEqual(['images_001/images/image-001.png']);
    expect(dropped).toEqual([{ reason: 'no such file', count: 1, examples: ['missing.png'] }]);
  });

  it('says what is wrong in one sentence', async () => {
    const file = join(folder, 'labels.csv');
    writeFileSync(file, csv);
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'empty', 'notes.txt'), '');
    const attempt = (values: Record<string, unknown>): Promise<unknown> => readRecords(select(values));
    await expect(attempt({ data: join(folder, 'none') })).rejects.toThrow(`Cannot find images as there is no folder or file ${join(folder, 'none')}`);
    await expect(attempt({ data: join(folder, 'empty') })).rejects.toThrow('holds no .png, .jpg, .jpeg or DICOM file (dropped: 1 not named .png, .jpg, .jpeg or .dcm)');
    await expect(attempt({ data: file, pathColumn: 'file', where: ['source=x'] })).rejects.toThrow('has no row that fits (dropped: 3 source is not x)');
    await expect(attempt({ data: folder, split: 'train' })).rejects.toThrow('Cannot select images by --split or --where without a CSV file: give --labels <csv>');
    await expect(attempt({ data: file, pathColumn: 'file', split: 'train' })).rejects.toThrow('Cannot take a --split without knowing its column');
    await expect(attempt({ data: file, labels: file })).rejects.toThrow('--data must be a folder');
    expect(() => select({ data: file, where: ['source'] })).toThrow('--where must be of the form column=value');
  });
});

describe('DICOM folders', () => {
  /** A file of 12 bits in explicit little endian: a ramp, or its negative in MONOCHROME1, which is the same image. */
  const dicom = (photometric: string): Buffer => {
    const side = 40;
    const ramp = Array.from({ length: side ** 2 }, (_, index) => index * 2);
    const element = (tag: number, vr: string, value: Buffer): Buffer => {
      const header = Buffer.alloc(vr === 'OW' ? 12 : 8);
      header.writeUInt16LE(tag >>> 16, 0);
      header.writeUInt16LE(tag & 0xffff, 2);
      header.write(vr, 4, 'latin1');
      if (vr === 'OW') header.writeUInt32LE(value.length, 8);
      else header.writeUInt16LE(value.length, 6);
      return Buffer.concat([header, value]);
    };
    const words = (...values: number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);
    const sizes: [number, number][] = [[0x00280010, side], [0x00280011, side], [0x00280100, 16], [0x00280101, 12], [0x00280102, 11], [0x00280103, 0]];
    return Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      element(0x00020010, 'UI', Buffer.from('1.2.840.10008.1.2.1\0')),
      element(0x00280004, 'CS', Buffer.from(photometric.padEnd(12))),
      ...sizes.map(([tag, value]) => element(tag, 'US', words(value))),
      element(0x7fe00010, 'OW', words(...(photometric === 'MONOCHROME1' ? ramp.map((value) => 4000 - value) : ramp))),
    ]);
  };

  it('are found whatever the files are called, and prepared through the whole chain', async () => {
    mkdirSync(join(folder, 'disk'));
    const files = { 'a.dcm': dicom('MONOCHROME2'), IM0001: dicom('MONOCHROME1'), '1.2.840.17': dicom('MONOCHROME2'), LICENSE: 'text', DICOMDIR: dicom('MONOCHROME2'), 'notes.txt': 'text' };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'disk', name), content);
    const { records, dropped } = await readRecords(select({ data: join(folder, 'disk') }));
    expect(records.map(({ path }) => path)).toEqual(['1.2.840.17', 'IM0001', 'a.dcm']);
    expect(dropped).toEqual([{ reason: 'not named .png, .jpg, .jpeg or .dcm', count: 3 }]);
    const cache = await build(join(folder, 'disk'));
    expect(cache.manifest).toMatchObject({ skipped: [], shards: [{ images: 3, dtype: 'U16' }] });
    const [first, inverted, last] = [0, 1, 2].map((index) => readCachedImage(cache.locate(index)));
    expect(inverted).toEqual(first);
    expect(last).toEqual(first);
    expect((first as Float32Array)[0]).toBeLessThan((first as Float32Array).at(-1) as number);
  });
});

describe('buildImageCache', () => {
  it('prepares every image once, in shards that are plain .npy files', async () => {
    writeImages(join(folder, 'images'), 5);
    const cache = await build(join(folder, 'images'));
    const { shards, images, skipped } = cache.manifest;
    expect({ images, skipped, shards }).toMatchObject({ images: ['image-000.png', 'image-001.png', 'image-002.png', 'image-003.png', 'image-004.png'], skipped: [], shards: [{ images: 5, dtype: 'U8' }] });
    const stored = decodeNpy(readFileSync(join(cache.folder, shards[0]?.file as string)));
    expect(stored.shape).toEqual([5, 32, 32]);
    const prepared = await prepareImage({ path: join(folder, 'images', 'image-003.png'), ...preparation });
    const cached = readCachedImage(cache.locate(3));
    expect(Math.max(...cached.map((value, index) => Math.abs(value - ((prepared as { pixels: Float32Array }).pixels[index] as number))))).toBeLessThan(0.5 / 255 + 1e-6);
    expect(Array.from(cached, (value) => Math.round(value * 255))).toEqual(Array.from(stored.data.slice(3 * 1024, 4 * 1024) as Uint8Array));
  });

  it('keeps 16 bits where a source has them', async () => {
    writeImages(join(folder, 'images'), 2, { depth: 16 });
    const cache = await build(join(folder, 'images'));
    expect(cache.manifest.shards[0]?.dtype).toBe('U16');
    const { pixels } = (await prepareImage({ path: join(folder, 'images', 'image-001.png'), ...preparation })) as { pixels: Float32Array };
    expect(Math.max(...readCachedImage(cache.locate(1)).map((value, index) => Math.abs(value - (pixels[index] as number))))).toBeLessThan(0.5 / 65535 + 1e-6);
  });

  it('is used again while nothing changed, and anew when something did', async () => {
    writeImages(join(folder, 'images'), 3);
    const first = await build(join(folder, 'images'));
    const again = await build(join(folder, 'images'));
    expect(again.folder).toBe(first.folder);
    expect(printed).toEqual([`Using 3 prepared images in ${first.folder}`]);
    utimesSync(join(folder, 'images', 'image-001.png'), 1, 1);
    const touched = await build(join(folder, 'images'));
    expect(touched.folder).not.toBe(first.folder);
    expect(touched.manifest.dataHash).toBe(first.manifest.dataHash); // the same images after all
    writeImages(join(folder, 'images'), 1, { first: 3 });
    expect((await build(join(folder, 'images'))).manifest.dataHash).not.toBe(first.manifest.dataHash);
  });

  it('names bad files with their reasons, and removes what a killed process left', async () => {
    writeImages(join(folder, 'images'), 3);
    const whole = readFileSync(join(folder, 'images', 'image-000.png'));
    writeFileSync(join(folder, 'images', 'image-001.png'), 'no image');
    writeFileSync(join(folder, 'images', 'image-0015.png'), whole.subarray(0, whole.length / 2));
    mkdirSync(join(folder, 'cache', 'abc.999999999.partial'), { recursive: true });
    const cache = await build(join(folder, 'images'), 1);
    expect(cache.manifest.images).toEqual(['image-000.png', 'image-002.png']);
    expect(cache.manifest.skipped).toEqual([
      { path: 'image-001.png', reason: expect.stringContaining('its bytes are neither PNG, JPEG nor DICOM') },
      { path: 'image-0015.png', reason: expect.stringContaining('truncated') },
    ]);
    expect(readdirSync(join(folder, 'cache'))).toEqual([cache.folder.split('/').at(-1)]);
  });

  it('goes on from the last whole shard when it was interrupted or killed, to the same cache to the bit', async () => {
    writeImages(join(folder, 'images'), 8);
    writeFileSync(join(folder, 'images', 'image-001.png'), 'no image');
    const selection = await readRecords(select({ data: join(folder, 'images') }));
    const prepared: string[] = [];
    const run = (target: string, abortAfter: number): Promise<ImageCache> => {
      const stop = new AbortController();
      const pool: WorkerPool = {
        ...createWorkerPool(0),
        run: async (_kind, job) => {
          prepared.push((job as { path: string }).path);
          const result = await prepareImage(job as Parameters<typeof prepareImage>[0]);
          if (--abortAfter === 0) stop.abort();
          return result as never;
        },
      };
      return buildImageCache({ selection, preparation, folder: join(folder, target), pool, terminal, signal: stop.signal, shardPixels: 2 * 32 ** 2 });
    };
    const whole = await run('whole', Infinity);
    await expect(run('cache', 6)).rejects.toThrow('those of whole shards are kept, and the next time goes on from there');
    const [partial] = readdirSync(join(folder, 'cache')) as [string];
    writeFileSync(join(folder, 'cache', partial, 'owner'), '999999999'); // as if killed instead
    prepared.length = 0;
    const resumed = await run('cache', Infinity);
    expect(prepared.length).toBe(3); // five were done: two shards, and the bad one
    expect(printed.at(-1)).toBe('Going on with the preparation of images: 5 of 8 were done before');
    expect(resumed.manifest).toEqual(whole.manifest);
    for (const { file } of whole.manifest.shards) expect(readFileSync(join(resumed.folder, file)).equals(readFileSync(join(whole.folder, file)))).toBe(true);
    expect([readdirSync(join(folder, 'cache')), readdirSync(resumed.folder).sort()]).toEqual([[resumed.folder.split('/').at(-1)], ['cache.json', 'index.csv', ...whole.manifest.shards.map(({ file }) => file)].sort()]);
  });

  it('works by itself where another process prepares the same', async () => {
    writeImages(join(folder, 'images'), 2);
    const { folder: ready } = await build(join(folder, 'images'));
    renameSync(ready, join(folder, 'elsewhere'));
    mkdirSync(`${ready}.partial`);
    writeFileSync(join(`${ready}.partial`, 'owner'), String(process.ppid)); // a process that runs
    expect((await build(join(folder, 'images'))).manifest.images.length).toBe(2);
    expect(readdirSync(join(folder, 'cache')).sort()).toEqual([basename(ready), `${basename(ready)}.partial`]);
  });

  it('keeps the shape of what is not square where it is asked to', async () => {
    const path = join(folder, 'wide.png');
    writeFileSync(path, encodeGrayPng(new Float32Array(64 * 32).fill(200).fill(0, 0, 3), 64, 32));
    const black = async (aspect: Preparation['aspect']): Promise<number> => {
      const { pixels } = (await prepareImage({ path, ...preparation, aspect })) as { pixels: Float32Array };
      return pixels.filter((value) => value === 0).length;
    };
    expect(await black('pad')).toBeGreaterThanOrEqual(16 * 32);
    expect(await black('crop')).toBe(0);
    expect(await black('stretch')).toBeLessThan(10);
  });

  it('leaves nothing of itself when it is interrupted before anything was done', async () => {
    writeImages(join(folder, 'images'), 3);
    const selection = await readRecords(select({ data: join(folder, 'images') }));
    const attempt = buildImageCache({ selection, preparation, folder: join(folder, 'cache'), pool: createWorkerPool(0), terminal, signal: AbortSignal.abort() });
    await expect(attempt).rejects.toThrow('Interrupted while preparing images');
    expect(readdirSync(join(folder, 'cache'))).toEqual([]);
  });

  it('refuses a damaged manifest and a shard that was cut', async () => {
    writeImages(join(folder, 'images'), 2);
    const cache = await build(join(folder, 'images'));
    const shard = join(cache.folder, cache.manifest.shards[0]?.file as string);
    const cut = join(folder, 'cut.npy');
    writeFileSync(cut, readFileSync(shard).subarray(0, 500));
    expect(() => readCachedImage({ shard: cut, row: 1 })).toThrow('the file is too short');
    writeFileSync(join(cache.folder, 'cache.json'), '{"format":"other"}');
    await expect(openImageCache(cache.folder)).rejects.toThrow('is damaged or of another version: delete the folder to prepare them anew');
    expect(await openImageCache(join(folder, 'none'))).toBeUndefined();
  });
});

describe('loadViews', () => {
  const options = { rng: createRng(4), batchSize: 4, from: 0, to: 6, augment: 'cxr-strong', query: 'augmented', normalisation: CXR_NORMALISATION } as const;
  const collect = async (cache: ImageCache, workers: number, changed: object = {}): Promise<Float32Array[]> => {
    const pool = createWorkerPool(workers, workerUrl);
    const batches: Float32Array[] = [];
    for await (const { query, key } of loadViews({ ...options, cache, pool, ...changed })) {
      expect([query.shape, key.shape]).toEqual([[4, 32, 32, 1], [4, 32, 32, 1]]);
      batches.push((await query.data()) as Float32Array, (await key.data()) as Float32Array);
      query.dispose();
      key.dispose();
    }
    await pool.close();
    return batches;
  };

  it('gives the same batches whatever the number of workers, and from any step on', async () => {
    writeImages(join(folder, 'images'), 10);
    const cache = await build(join(folder, 'images'));
    const alone = await collect(cache, 0);
    expect(alone).toHaveLength(12);
    expect(await collect(cache, 1)).toEqual(alone);
    expect(await collect(cache, 2)).toEqual(alone);
    expect(await collect(cache, 2, { from: 4 })).toEqual(alone.slice(8));
    for (const workers of [0, 1, 2]) expect(await collect(cache, workers, { from: 3 })).toEqual(alone.slice(6)); // in the middle of an epoch
    for (const arithmetic of ['float', 'uint8'] as const) expect(await collect(cache, 2, { arithmetic, to: 2 })).toEqual(await collect(cache, 0, { arithmetic, to: 2 }));
    expect(await collect(cache, 0, { arithmetic: 'uint8' })).not.toEqual(alone);
    expect(await collect(cache, 0, { rng: createRng(5) })).not.toEqual(alone);
  });

  it('says where each cell of the query lies in its key, the same whatever the number of workers, and draws the same views', async () => {
    writeImages(join(folder, 'images'), 10);
    const cache = await build(join(folder, 'images'));
    const grids = { layer1: { height: 8, width: 8 }, layer4: { height: 1, width: 1 } };
    const load = async (workers: number, changed: object = {}): Promise<Float32Array[]> => {
      const pool = createWorkerPool(workers, workerUrl);
      const found: Float32Array[] = [];
      for await (const views of loadViews({ ...options, cache, pool, grids, ...changed })) {
        const { layer1, layer4 } = views.alignment as Record<string, Alignment>;
        expect([layer1?.positions.shape, layer1?.mask.shape, layer4?.positions.shape, layer4?.mask.shape]).toEqual([[4, 8, 8, 2], [4, 8, 8], [4, 1, 1, 2], [4, 1, 1]]);
        for (const tensor of tensorsOf(views)) found.push((await tensor.data()) as Float32Array);
        disposeTensors(tensorsOf(views));
      }
      await pool.close();
      return found;
    };
    const alone = await load(0);
    expect(await load(2)).toEqual(alone);
    expect(await load(1, { from: 4 })).toEqual(alone.slice(4 * 6));
    expect(alone.filter((_, index) => index % 6 < 2)).toEqual(await collect(cache, 0));

    // Held against the geometry of the views, drawn as twoViews draws them
    const { indices } = [...planBatches(createRng(4), 10, 4, 0, 1)][0] as { indices: readonly number[] };
    const [, , positions, mask] = alone as [Float32Array, Float32Array, Float32Array, Float32Array];
    for (const [row, index] of indices.entries()) {
      const image = { data: readCachedImage(cache.locate(index)), width: 32, height: 32, range: [0, 1] as [number, number] };
      const { query, key } = twoViews(image, { augmentation: createAugmentation('cxr-strong'), query: 'augmented', rng: createRng(4).fork('view', 0, index) });
      const expected = alignGrid(query.geometry, key.geometry, grids.layer1);
      expect(positions.subarray(128 * row, 128 * (row + 1))).toEqual(expected.positions);
      expect(mask.subarray(64 * row, 64 * (row + 1))).toEqual(expected.mask);
    }
  });

  it('leaves a clean query as it is but for the normalisation', async () => {
    writeImages(join(folder, 'images'), 4);
    const cache = await build(join(folder, 'images'));
    const [query, key] = await collect(cache, 0, { query: 'clean', to: 1 });
    const order = [...planBatches(createRng(4), 4, 4, 0, 1)][0]?.indices as number[];
    const expected = order.flatMap((index) => Array.from(readCachedImage(cache.locate(index)), (value) => Math.fround((value - 0.658) / 0.221)));
    expect(Math.max(...expected.map((value, index) => Math.abs(value - (query?.[index] as number))))).toBeLessThan(1e-5);
    expect(key).not.toEqual(query);
  });

  it('makes no more batches than one a thread and one more ahead of the consumer', async () => {
    writeImages(join(folder, 'images'), 12);
    const cache = await build(join(folder, 'images'));
    const alone = createWorkerPool(0);
    let asked = 0;
    const pool: WorkerPool = { ...alone, size: 2, run: (kind, job) => (asked++, alone.run(kind, job)) };
    let consumed = 0;
    for await (const { query, key } of loadViews({ ...options, cache, pool, to: 12 })) {
      query.dispose();
      key.dispose();
      consumed++;
      await new Promise((resolve) => setTimeout(resolve, 5)); // time enough to run away
      expect(asked - consumed).toBeLessThanOrEqual(3);
      if (consumed === 8) break; // whoever stops early asks for no more
    }
    expect(asked).toBeLessThanOrEqual(11);
    expect(asked).toBeGreaterThan(8);
  });

  it('says in a sentence that a worker crashed, to its jobs and to those that come later', async () => {
    writeImages(join(folder, 'images'), 4);
    const cache = await build(join(folder, 'images'));
    const worker = (code: string): URL => {
      const path = join(folder, `worker-${code.length}.mjs`);
      writeFileSync(path, `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', () => { ${code} });\n`);
      return pathToFileURL(path);
    };
    for (const [code, message] of [
      ['process.exit(3)', 'Cannot load images as a worker thread ended with code 3: with fewer --workers, or --workers 0, less memory is needed'],
      ["setImmediate(() => { throw new Error('out of luck') })", 'Cannot load images as a worker thread crashed (out of luck): with fewer --workers, or --workers 0, less memory is needed'],
    ] as const) {
      const pool = createWorkerPool(2, worker(code));
      const load = async (): Promise<void> => {
        for await (const _ of loadViews({ ...options, cache, pool })) expect.unreachable();
      };
      await expect(load()).rejects.toThrow(new Error(message));
      await expect(load()).rejects.toThrow(new Error(message)); // and does not wait for ever
      await pool.close();
    }
  });

  it('moves a batch out of its worker instead of copying it', async () => {
    writeImages(join(folder, 'images'), 4);
    const cache = await build(join(folder, 'images'));
    const { port1, port2 } = new MessageChannel();
    const views = await makeViews({ images: [{ index: 0, ...cache.locate(0) }], imageSize: 32, epoch: 0, rngState: createRng(1).state(), augment: 'cxr', query: 'augmented', normalisation: CXR_NORMALISATION, grids: { layer1: { height: 8, width: 8 } } });
    port1.postMessage(views, transferList(views));
    expect([views.query.length, views.key.length, views.alignment?.['layer1']?.positions.length, views.alignment?.['layer1']?.mask.length]).toEqual([0, 0, 0, 0]); // gone from here
    port1.close();
    port2.close();
  });

  it('reports a worker\'s error where its batch was due', async () => {
    writeImages(join(folder, 'images'), 4);
    const cache = await build(join(folder, 'images'));
    const broken = { ...cache, locate: () => ({ shard: join(folder, 'gone.npy'), row: 0 }) };
    await expect(collect(broken, 1)).rejects.toThrow('ENOENT');
  });
});

describe('mapInOrder', () => {
  it('keeps the order and bounds what is in work', async () => {
    let [running, most] = [0, 0];
    const work = async (value: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5 * ((value * 7) % 3)));
      running--;
      return value;
    };
    const results: number[] = [];
    for await (const value of mapInOrder([1, 2, 3, 4, 5, 6, 7], work, 2)) results.push(value);
    expect(results).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });
});
