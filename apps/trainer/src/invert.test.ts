// The built program from end to end, as a user starts it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './testing/runCli.ts';
import { writeImages } from './testing/writeImages.ts';

const MINUTES = 60_000;
let folder: string;
const inside = (...names: string[]): string => join(folder, ...names);
const run = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCli(args, folder);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
  return stdout;
};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  writeImages(inside('images'), 40);
  await run('gan', 'train', '--data', 'images', '--image-size', '32', '--channel-base', '64', '--channel-maximum', '4', '--latent-size', '4', '--mapping-layers', '1', '--batch-size', '4', '--steps', '1', '--monitor-images', '40', '--out', 'gan');
}, MINUTES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const metrics = (out: string): object => JSON.parse(readFileSync(inside(out, 'metrics.json'), 'utf8')) as object;

describe('cxr-ifa invert', () => {
  it('trains an encoder on drawn and on real images, and inverts radiographs with it', async () => {
    await run('invert', 'train', '--gan', 'gan', '--data', 'images', '--width', '4', '--channels', '4', '--drawn-steps', '1', '--steps', '1', '--batch-size', '4', '--log-every', '1', '--out', 'inverter');
    const steps = readFileSync(inside('inverter', 'metrics.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { step: number; latent: number });
    expect(steps).toMatchObject([{ step: 1, latent: expect.any(Number) as number }, { step: 2, latent: 0 }]); // latents of real images are not known
    await run('invert', 'run', '--gan', 'gan', '--data', 'images', '--count', '3', '--method', 'hybrid', '--encoder', 'inverter', '--steps', '2', '--batch-size', '2', '--out', 'inverted');
    expect(readdirSync(inside('inverted')).sort()).toEqual(['cache', 'difference', 'grid.png', 'metrics.json', 'original', 'reconstruction']);
    expect(readdirSync(inside('inverted', 'reconstruction'))).toEqual(readdirSync(inside('inverted', 'original')));
    expect(metrics('inverted')).toMatchObject({ images: 3, summary: { 'psnr.median': { value: expect.any(Number) as number } }, perImage: [{}, {}, {}] });
  }, MINUTES);

  it("sees with a perceptual encoder where it inverts the generator's own images, too", async () => {
    const self = ['invert', 'run', '--gan', 'gan', '--drawn', '1', '--steps', '2'];
    const { stderr } = await runCli([...self, '--perceptual', 'images', '--out', 'no'], folder);
    expect(stderr.trim()).toBe('Cannot read the checkpoint images as the folder is no run with a checkpoint');
    await run(...self, '--out', 'self');
    expect(metrics('self')).toMatchObject({ images: 1 });
    expect(readdirSync(folder)).not.toContain('no');
  }, MINUTES);

  it('refuses options that contradict one another', async () => {
    const refusal = async (...args: string[]): Promise<string> => (await runCli(['invert', 'run', '--gan', 'gan', '--out', 'no', ...args], folder)).stderr.trim();
    expect(await refusal()).toBe('Cannot invert images as either --data or --drawn must say which');
    expect(await refusal('--drawn', '2', '--count', '1')).toBe('Cannot take --count with --drawn, which says how many: leave it out');
    expect(await refusal('--drawn', '2', '--method', 'encode')).toBe('Cannot use --method encode without an encoder: give --encoder <run of invert train>');
  }, MINUTES);
});
