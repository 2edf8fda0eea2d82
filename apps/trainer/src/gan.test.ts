// The built program from end to end, as a user starts it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCli } from './testing/useCli.ts';
import { writeImages } from './testing/writeImages.ts';

interface Comparison {
  images: { real: number; compared: number };
  kid: { value: number; low: number; high: number };
  precision: { value: number };
}
interface Nearest {
  heldOut: { median: number };
  trainingShare: { expected: number };
  pairs: { generated: { neighbours: unknown[] }[] };
}
/** What the tests read of evaluation.json. */
interface Evaluation {
  step: number;
  imagesSeen: number;
  looks: object[];
  baseline: { step: number; fall: number };
  figures: Record<'generated' | 'baseline' | 'training' | 'halves', Comparison> & { nearest: Record<'features' | 'pixels', Nearest> };
}

const MINUTES = 60_000;
const small = ['gan', 'train', '--data', 'images', '--image-size', '8', '--channel-base', '32', '--channel-maximum', '4', '--latent-size', '4', '--mapping-layers', '1', '--batch-size', '4', '--seed', '3'];
const often = ['--monitor-every', '2', '--monitor-images', '40', '--checkpoint-every', '2', '--log-every', '1'];

const { inside, run, cli } = useCli();
beforeAll(async () => {
  writeImages(inside('images'), 44);
  await run(...small, ...often, '--steps', '4', '--out', 'whole');
  writeImages(inside('more'), 60, { first: 100 });
  const rows = Array.from({ length: 104 }, (_, row) => (row < 44 ? `images/image-${String(row).padStart(3, '0')}.png,a${row},train` : `more/image-${row + 56}.png,b${row >> 1},test`));
  writeFileSync(inside('parted.csv'), `path,patient,part\n${rows.join('\n')}\n`);
  const parted = ['--data', 'parted.csv', '--patient-column', 'patient', '--split-column', 'part', '--split', 'train'];
  await run(...small, ...often, ...parted, '--monitor-split', 'test', '--steps', '4', '--keep-checkpoints', '2', '--out', 'parted');
}, 3 * MINUTES);

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

  it('says how good a generator is, beside real images, and shows what is nearest to it', async () => {
    const printed = await run('gan', 'evaluate', '--run', 'parted', '--baseline', 'parted/checkpoints/step-00000002.safetensors', '--samples', '50', '--out', 'judged');
    expect(printed).toContain('held-out: half against half');
    expect(printed).toMatch(/The kernel distance is -?[\d.]+ % below that of parted\/checkpoints/);
    expect(readdirSync(inside('judged')).sort()).toEqual(['evaluation.html', 'evaluation.json', 'samples.png']);

    const { step, imagesSeen, looks, figures, baseline } = JSON.parse(readFileSync(inside('judged', 'evaluation.json'), 'utf8')) as Evaluation;
    expect([step, imagesSeen, baseline.step]).toEqual([4, 16, 2]);
    expect(looks.map((look) => ({ ...look, imagesPerSecond: undefined }))).toEqual(lines(inside('parted', 'monitor.jsonl')));
    expect(figures.generated.images).toEqual({ real: 60, compared: 60 });
    expect(figures.training.images).toEqual({ real: 60, compared: 44 }); // there are no more
    expect(figures.halves.images).toEqual({ real: 30, compared: 30 });
    expect(baseline.fall).toBeCloseTo(1 - figures.generated.kid.value / figures.baseline.kid.value, 12);
    // What is drawn after four steps is told from real images; recall would not do it, as the balls of wild images are wide
    expect(figures.generated.kid.value).toBeGreaterThan(figures.training.kid.high);
    expect(figures.generated.precision.value).toBeLessThan(figures.training.precision.value);
    for (const space of ['features', 'pixels'] as const) {
      const { heldOut, trainingShare, pairs } = figures.nearest[space];
      expect(heldOut.median).toBeGreaterThan(0);
      expect(trainingShare.expected).toBeCloseTo(44 / 104, 12);
      expect(pairs.generated).toHaveLength(6);
      expect(pairs.generated[0]?.neighbours).toHaveLength(5);
    }
    const page = readFileSync(inside('judged', 'evaluation.html'), 'utf8');
    expect(page.match(/<img src="data:image\/png;base64,/g)).toHaveLength(1 + 2 * 2 * 6 * 6); // the grid, and rows of an image and five neighbours
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  }, 3 * MINUTES);

  it('evaluates nothing against images that were trained on, or that are unknown', async () => {
    const refusal = async (...args: string[]): Promise<string> => (await cli('gan', 'evaluate', '--out', 'no', ...args)).stderr.trim();
    expect(await refusal('--run', 'whole')).toBe('Cannot evaluate whole as it held no images out to compare with: give --split <name>');
    expect(await refusal('--run', 'parted', '--split', 'train')).toBe('Cannot evaluate parted as held-out images must be none of the training images: 44 of 44 are both; give another --split');
    expect(await refusal('--run', 'parted', '--encoder', 'nothing')).toBe('Cannot read the checkpoint nothing as there is no such file or folder');
    writeFileSync(inside('parted.csv'), readFileSync(inside('parted.csv'), 'utf8').replace(/^images.*\n/m, '')); // one is missing
    expect(await refusal('--run', 'parted')).toBe('Cannot evaluate parted as the images are not those that it was trained on: its run-card.json has their hash');
    expect(existsSync(inside('no'))).toBe(false);
  }, 3 * MINUTES);

  it('refuses a monitor that cannot be opened before the run begins', async () => {
    const { code, stderr } = await cli(...small, '--steps', '1', '--monitor-encoder', 'nothing', '--out', 'blind');
    expect([code, stderr.trim()]).toEqual([1, 'Cannot read the checkpoint nothing as there is no such file or folder']);
    expect(existsSync(inside('blind'))).toBe(false);
  });

  it('refuses sizes that do not fit, options that a run was not begun with, and runs of another kind', async () => {
    const refusal = async (...args: string[]): Promise<string> => (await cli(...args)).stderr.trim();
    expect(await refusal(...small, '--image-size', '24', '--out', 'no')).toBe('Cannot create a generator as the resolution must be a power of two from 8 to 1024: current value is 24');
    expect(await refusal(...small, '--batch-size', '6', '--out', 'no')).toBe('Cannot train a generator as the batch must be a multiple of 4: current --batch-size is 6');
    writeImages(inside('few'), 39);
    expect(await refusal('gan', 'train', '--data', 'few', '--out', 'no')).toBe('Cannot watch a generator as its monitor must compare with at least 40 images: current number in --data is 39');
    expect(await refusal('gan', 'train', '--resume', 'whole', '--latent-size', '8')).toBe('Cannot resume whole with --latent-size 8 as it was begun with 4: leave it out, or begin another run');
    expect(await refusal('gan', 'sample', '--run', 'images', '--out', 'no')).toBe('Cannot load the generator of images as the folder has no checkpoint');
  }, 3 * MINUTES);
});
