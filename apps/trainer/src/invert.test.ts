// The built program from end to end, as a user starts it.
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCli } from './testing/useCli.ts';
import { writeImages } from './testing/writeImages.ts';

const MINUTES = 60_000;
const LABELS = ['--data', 'labels.csv', '--patient-column', 'patient'];
const GAN = ['--data', 'images', '--image-size', '32', '--channel-base', '64', '--channel-maximum', '4', '--latent-size', '4', '--mapping-layers', '1', '--batch-size', '4', '--steps', '1', '--monitor-images', '40'];
const SMALL = ['--arch', 'resnet18', '--width', '4', '--channels', '4', '--batch-size', '4'];
const { folder, inside, run, cli } = useCli();
beforeAll(async () => {
  writeImages(inside('images'), 40);
  const split = (image: number): string => (image < 24 ? 'train' : image < 30 ? 'val' : 'test');
  writeFileSync(inside('labels.csv'), `path,patient,split,sick\n${Array.from({ length: 40 }, (_, image) => `images/image-${String(image).padStart(3, '0')}.png,p${image >> 1},${split(image)},${image % 4 > 1 ? 1 : 0}`).join('\n')}\n`);
  await run('gan', 'train', ...GAN, '--out', 'gan');
  await run('classify', 'train', '--init', 'random', '--arch', 'resnet18', '--width', '4', '--image-size', '32', ...LABELS, '--split-column', 'split', '--findings', 'sick', '--out', 'probe');
  await run('invert', 'train', '--gan', 'gan', ...LABELS, ...SMALL, '--drawn-steps', '2', '--steps', '2', '--log-every', '1', '--checkpoint-every', '1', '--keep-checkpoints', '9', '--out', 'inverter');
}, 3 * MINUTES);

const text = (...names: string[]): string => readFileSync(inside(...names), 'utf8');
const json = (...names: string[]): object => JSON.parse(text(...names)) as object;
const metrics = (out: string): object => json(out, 'metrics.json');
const lines = (...names: string[]): Record<string, unknown>[] => text(...names).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
const hash = (...names: string[]): string => createHash('sha256').update(readFileSync(inside(...names))).digest('hex');
const pixels = (...names: string[]): number[] => Array.from(decode(readFileSync(inside(...names))).data, (value) => value / 255);

describe('cxr-ifa invert', () => {
  it('trains an encoder on drawn and on real images, and inverts radiographs with it', async () => {
    expect(lines('inverter', 'metrics.jsonl')).toMatchObject([1, 2, 3, 4].map((step) => ({ step, latent: step < 3 ? expect.any(Number) as number : 0 }))); // latents of real images are not known
    expect((json('inverter', 'trained-images.json') as { images: object[] }).images).toHaveLength(40);
    const printed = await run('invert', 'run', '--gan', 'gan', ...LABELS, '--count', '6', '--method', 'hybrid', '--encoder', 'inverter', '--steps', '2', '--batch-size', '4', '--out', 'inverted');
    expect(printed).toContain('The encoder was trained on 6 of these images'); // all of them: it says so
    expect(readdirSync(inside('inverted')).sort()).toEqual(['cache', 'difference', 'grid.png', 'mean.png', 'metrics.json', 'original', 'reconstruction']);
    expect(readdirSync(inside('inverted', 'reconstruction'))).toEqual(readdirSync(inside('inverted', 'original')));
    expect(metrics('inverted')).toMatchObject({ images: 6, summary: { 'psnr.median': { value: expect.any(Number) as number, low: expect.any(Number) as number } }, perImage: Array.from({ length: 6 }, () => ({ patient: expect.stringMatching(/^[0-9a-f]{16}$/) as string })) });
  }, MINUTES);

  it('goes on with a training where it stopped as if it had not, and refuses another generator', async () => {
    cpSync(inside('inverter'), inside('stopped'), { recursive: true });
    for (const step of [2, 3, 4]) rmSync(inside('stopped', 'checkpoints', `step-0000000${step}.safetensors`)); // in the middle of the drawn images
    rmSync(inside('stopped', 'checkpoints', 'latest'));
    await run('invert', 'train', '--resume', 'stopped');
    for (const name of ['step-00000002', 'step-00000004']) expect(hash('stopped', 'checkpoints', `${name}.safetensors`)).toBe(hash('inverter', 'checkpoints', `${name}.safetensors`));
    expect(lines('stopped', 'metrics.jsonl')).toEqual(lines('inverter', 'metrics.jsonl'));
    expect(await run('invert', 'train', '--resume', 'stopped')).toContain('The run stopped is finished: it has taken all of its 4 steps');

    await run('gan', 'train', ...GAN, '--seed', '2', '--out', 'another');
    const { stderr } = await cli('invert', 'train', '--resume', 'stopped', '--steps', '3', '--gan', 'another');
    expect(stderr.trim()).toBe('Cannot resume stopped as the generator is not the one that it was begun with, of step 1: current step is 1; give its checkpoint by --gan');
  }, 3 * MINUTES);

  it('judges an inversion by its pictures, by features, and by what a classifier finds', async () => {
    await run('invert', 'run', '--gan', 'gan', ...LABELS, '--split-column', 'split', '--split', 'test', '--method', 'encode', '--encoder', 'inverter', '--out', 'encoded');
    const printed = await run('invert', 'evaluate', '--run', 'encoded', '--judge', 'it=probe', '--classifier', 'probe', ...LABELS, '--samples', '50', '--out', 'judged');
    expect(readdirSync(inside('judged')).sort()).toEqual(['images.csv', 'report.html', 'summary.json']);
    const [header, ...rows] = text('judged', 'images.csv').trim().split('\n').map((line) => line.split(','));
    expect(header).toEqual(['name', 'image', 'patient', 'mse', 'psnr', 'ssim', 'it:cosine', 'it:distance', 'sick:change', 'sick:before', 'sick:after']);
    expect(rows).toHaveLength(10);
    const psnr = rows.map(([name = '', , , mse, own]) => {
      const [original, reconstruction] = [pixels('encoded', 'original', `${name}.png`), pixels('encoded', 'reconstruction', `${name}.png`)];
      expect(Number(mse)).toBeCloseTo(original.reduce((sum, value, index) => sum + (value - (reconstruction[index] as number)) ** 2, 0) / 1024, 6);
      return Number(own);
    }).sort((a, b) => a - b);
    const summary = json('judged', 'summary.json') as { metrics: { name: string; reconstruction: { median: { value: number } } }[] };
    expect(summary.metrics.find(({ name }) => name === 'psnr')?.reconstruction.median.value).toBeCloseTo(((psnr[4] as number) + (psnr[5] as number)) / 2, 12);
    expect(summary).toMatchObject({ images: 10, patients: 5, findings: [{ finding: 'sick', labelled: { positives: 6, negatives: 4, difference: { value: expect.any(Number) as number } } }], distances: [{ judge: 'it', distance: { images: expect.any(Array) as number[] } }] });
    expect(printed).toContain('sick: rank correlation');
    const page = text('judged', 'report.html');
    for (const title of ['The best by PSNR', 'The middle by PSNR', 'The worst by PSNR']) expect(page).toContain(title);
    expect(page.match(/<img src="data:image\/png/g)).toHaveLength(1 + 3 * 9);
    expect(page).not.toMatch(/(src|href)="http/);
  }, MINUTES);

  it('compares perceptual encoders on the same images, and goes on with what is there', async () => {
    const experiment = ['experiment', 'inversion', '--gan', 'gan', ...LABELS, '--split-column', 'split', '--split', 'test', '--count', '6', '--batch-size', '4', '--steps', '1', '--arch', 'resnet18', '--width', '4', '--classifier', 'probe', '--samples', '50', '--perceptual', 'none', '--perceptual', 'random', '--out', 'compared'];
    await run(...experiment);
    const before = lines('compared', 'cells.jsonl');
    expect(before.map(({ name, images }) => [name, (images as string[]).length])).toEqual([['none', 4], ['none', 2], ['random', 4], ['random', 2]]);
    const results = json('compared', 'results.json') as { metrics: { metric: string; rows: { name: string; value: { value: number }; difference: { value: number } | null }[] }[] };
    const row = (metric: string, name: string): { value: { value: number }; difference: { value: number } | null } => results.metrics.find((own) => own.metric === metric)?.rows.find((own) => own.name === name) as never;
    expect(row('psnr', 'random').difference?.value).toBeCloseTo(row('psnr', 'random').value.value - row('psnr', 'none').value.value, 9);
    expect(row('sick:auroc', 'mean image').value.value).toBe(0.5); // one image for all tells nothing apart
    expect(row('sick:auroc', 'originals').value.value).not.toBe(0.5);

    await run(...experiment, '--perceptual', 'probe=probe');
    expect(lines('compared', 'cells.jsonl').slice(0, 4)).toEqual(before);
    expect(lines('compared', 'cells.jsonl').slice(4).map(({ name }) => name)).toEqual(['probe', 'probe']);
    const { stderr } = await cli(...experiment, '--perceptual', 'own=probe', '--judge', 'it=probe');
    expect(stderr.trim()).toBe('Cannot judge by it as the row own is made with the same encoder: give another --judge');
  }, 3 * MINUTES);

  it("sees with a perceptual encoder where it inverts the generator's own images, too", async () => {
    const self = ['invert', 'run', '--gan', 'gan', '--drawn', '1', '--steps', '2'];
    const { stderr } = await cli(...self, '--perceptual', 'images', '--out', 'no');
    expect(stderr.trim()).toBe('Cannot read the checkpoint images as the folder is no run with a checkpoint');
    await run(...self, '--out', 'self');
    expect(metrics('self')).toMatchObject({ images: 1 });
    expect(readdirSync(folder)).not.toContain('no');
  }, MINUTES);

  it('refuses options that contradict one another', async () => {
    const refusal = async (...args: string[]): Promise<string> => (await cli('invert', 'run', '--gan', 'gan', '--out', 'no', ...args)).stderr.trim();
    expect(await refusal()).toBe('Cannot invert images as either --data or --drawn must say which');
    expect(await refusal('--drawn', '2', '--count', '1')).toBe('Cannot take --count with --drawn, which says how many: leave it out');
    expect(await refusal('--drawn', '2', '--method', 'encode', '--encoder', 'inverter', '--steps', '2')).toBe('Cannot take --steps with --method encode, which optimises nothing: leave it out, or choose hybrid');
    expect(await refusal('--drawn', '2', '--method', 'encode')).toBe('Cannot use --method encode without an encoder: give --encoder <run of invert train>');
  }, MINUTES);
});
