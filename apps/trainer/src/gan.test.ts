// The built program from end to end, as a user starts it.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './testing/runCli.ts';
import { writeImages } from './testing/writeImages.ts';

const MINUTES = 60_000;
const small = ['gan', 'train', '--data', 'images', '--image-size', '8', '--channel-base', '32', '--channel-maximum', '4', '--latent-size', '4', '--mapping-layers', '1', '--batch-size', '4', '--seed', '3'];
const often = ['--monitor-every', '2', '--monitor-images', '40', '--checkpoint-every', '2', '--log-every', '1'];

let folder: string;
const inside = (...names: string[]): string => join(folder, ...names);
const run = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCli(args, folder);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  return stdout;
};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  writeImages(inside('images'), 44);
  await run(...small, ...often, '--steps', '4', '--out', 'whole');
}, 3 * MINUTES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (path: string): object[] => readFileSync(path, 'utf8').trim().split('\n').map((line) => ({ ...(JSON.parse(line) as object), imagesPerSecond: undefined }));
const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('cxr-ifa gan', () => {
  it('leaves a run with checkpoints, logs and sample grids', () => {
    expect(readdirSync(inside('whole')).sort()).toEqual(['cache', 'checkpoints', 'config.json', 'metrics.jsonl', 'monitor.jsonl', 'run-card.json', 'samples', 'trained-images.json']);
    expect(readdirSync(inside('whole', 'samples'))).toEqual(['step-00000002.png', 'step-00000004.png']);
    expect(lines(inside('whole', 'metrics.jsonl'))).toHaveLength(4);
    expect(lines(inside('whole', 'monitor.jsonl'))).toMatchObject([{ step: 2, images: 8, kid: expect.any(Number) as number }, { step: 4, images: 16 }]);
  });

  it('writes down whose images it learnt from, for the guard against leaks', async () => {
    writeFileSync(inside('labels.csv'), `path,patient\n${Array.from({ length: 44 }, (_, image) => `images/image-${String(image).padStart(3, '0')}.png,p${image >> 1}`).join('\n')}\n`);
    await run(...small, '--data', 'labels.csv', '--patient-column', 'patient', '--monitor-images', '40', '--steps', '1', '--out', 'known');
    const { images } = JSON.parse(readFileSync(inside('known', 'trained-images.json'), 'utf8')) as { images: { patient: string }[] };
    expect(new Set(images.map(({ patient }) => patient)).size).toBe(22);
    expect(images.every(({ patient }) => /^[0-9a-f]{16}$/.test(patient))).toBe(true);
  });

  it('goes on where it stopped as if it had not', async () => {
    await run(...small, ...often, '--steps', '2', '--out', 'stopped');
    await run('gan', 'train', '--resume', 'stopped', '--steps', '4');
    for (const file of [['checkpoints', 'step-00000004.safetensors'], ['samples', 'step-00000004.png']]) expect(hash(inside('stopped', ...file))).toBe(hash(inside('whole', ...file)));
    for (const log of ['metrics.jsonl', 'monitor.jsonl']) expect(lines(inside('stopped', log))).toEqual(lines(inside('whole', log)));
  }, 3 * MINUTES);

  it('draws images, interpolations and mixed styles from a run, the same for the same seed', async () => {
    for (const out of ['samples', 'again']) await run('gan', 'sample', '--run', 'whole', '--count', '5', '--out', out);
    expect(readdirSync(inside('samples')).sort()).toEqual(['grid.png', 'images', 'interpolation.png', 'mixing.png']);
    expect(readdirSync(inside('samples', 'images'))).toHaveLength(5);
    for (const name of ['grid.png', 'interpolation.png', 'mixing.png']) expect(hash(inside('samples', name))).toBe(hash(inside('again', name)));
  }, 3 * MINUTES);

  it('refuses sizes that do not fit, options that a run was not begun with, and runs of another kind', async () => {
    const refusal = async (...args: string[]): Promise<string> => (await runCli(args, folder)).stderr.trim();
    expect(await refusal(...small, '--image-size', '24', '--out', 'no')).toBe('Cannot create a generator as the resolution must be a power of two from 8 to 1024: current value is 24');
    expect(await refusal(...small, '--batch-size', '6', '--out', 'no')).toBe('Cannot train a generator as the batch must be a multiple of 4: current --batch-size is 6');
    writeImages(inside('few'), 39);
    expect(await refusal('gan', 'train', '--data', 'few', '--out', 'no')).toBe('Cannot watch a generator as its monitor must compare with at least 40 images: current number in --data is 39');
    expect(await refusal('gan', 'train', '--resume', 'whole', '--latent-size', '8')).toBe('Cannot resume whole with --latent-size 8 as it was begun with 4: leave it out, or begin another run');
    expect(await refusal('gan', 'sample', '--run', 'images', '--out', 'no')).toBe('Cannot load the generator of images as the folder has no checkpoint');
  }, 3 * MINUTES);
});
