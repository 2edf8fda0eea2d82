import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../../testing/runCli.ts';
import { useCli } from '../../testing/useCli.ts';

const { folder, read, cli, succeed } = useCli();
const LABELS = ['--data', 'phantoms', '--labels', 'phantoms/labels.csv', '--patient-column', 'patient', '--split-column', 'split', '--findings', 'nodule,effusion'];
const SHAPE = ['--arch', 'resnet18', '--width', '4', '--image-size', '32', '--workers', '0', '--threads', '1', '--cache', 'cache', '--samples', '100'];
const lines = (...path: string[]): Record<string, unknown>[] => read(...path).trimEnd().split('\n').map((line) => JSON.parse(line));

beforeAll(async () => {
  await succeed('data', 'phantom', '--count', '110', '--size', '32', '--prevalence', '0.4', '--out', 'phantoms');
}, 120_000);

describe('experiments over labels', { timeout: 240_000 }, () => {
  const scarcity = ['experiment', 'scarcity', ...LABELS, ...SHAPE, '--fractions', '0.3,1', '--repeats', '2', '--steps', '3', '--out', 'scarcity'];

  it('run a cell for every encoder, method and draw, and compare them', async () => {
    const printed = await succeed(...scarcity, '--init', 'random', '--init', 'components', '--methods', 'linear,fine-tune');
    expect(lines('scarcity', 'cells.jsonl').map(({ name, method, level, repeat }) => `${name} ${method} ${level} ${repeat}`).sort()).toEqual(
      ['components linear', 'random fine-tune', 'random linear'].flatMap((cell) => ['0.3 0', '0.3 1', '1 0'].map((draw) => `${cell} ${draw}`)),
    );
    expect(printed).toMatch(/^nodule +linear +none +30 % +components +2 +0\.\d+ +0\.\d+ to /m);
    const { levels, baseline } = JSON.parse(read('scarcity', 'results.json'));
    expect(baseline).toBe('random');
    expect(levels).toHaveLength(2 * 2 * 2);
    const page = read('scarcity', 'report.html');
    expect(page.match(/<svg /g)).toHaveLength(4);
    expect(page).toContain('not a medical device');
  });

  it('go on where they were, add what is new, and keep what is there', async () => {
    const before = read('scarcity', 'cells.jsonl');
    await succeed(...scarcity, '--init', 'random', '--init', 'other=random:7', '--init', 'components');
    const after = read('scarcity', 'cells.jsonl');
    expect(after.startsWith(before)).toBe(true);
    expect(lines('scarcity', 'cells.jsonl').slice(9).map(({ name }) => name)).toEqual(['other', 'other', 'other']);
    const draws = lines('scarcity', 'cells.jsonl').filter(({ level, repeat, method }) => level === 0.3 && repeat === 0 && method === 'linear').map(({ trainingImages, trainingPatients }) => `${trainingImages} of ${trainingPatients}`);
    expect(new Set(draws).size).toBe(1); // the same draw for all
    const { code, stderr } = await cli(...scarcity, '--init', 'random', '--seed', '2');
    expect([code, stderr]).toEqual([2, expect.stringContaining('its images, labels, splits and seed must be the same')]);
  });

  it('thin positives to the ratios', async () => {
    await succeed('experiment', 'imbalance', ...LABELS, ...SHAPE, '--init', 'random', '--ratios', '0.2', '--repeats', '2', '--out', 'imbalance');
    for (const { findings } of lines('imbalance', 'cells.jsonl')) {
      const [{ positives, negatives }] = findings as [{ positives: number; negatives: number }];
      expect(Math.abs(positives - 0.2 * negatives)).toBeLessThan(3); // a patient's images are kept together
    }
    expect(lines('imbalance', 'cells.jsonl')).toHaveLength(2 * 2 * 2); // two findings, two handlings, two draws
  });

  it.each([
    [['--init', 'x'], 'Cannot compare encoders without names: give --init NAME=x, random or components'],
    [['--init', 'random', '--init', 'random=random:2'], 'Cannot compare encoders of the same name: random appears twice'],
    [['--init', 'random', '--baseline', 'y'], 'Cannot compare with the baseline y as it must be among the encoders: they are random'],
    [['--init', 'random', '--imbalance', 'focal'], 'Cannot handle imbalance by focal in a linear probe, which knows none and class-weights: add fine-tune to --methods'],
    [['--init', 'random', '--fractions', '0,1'], 'Cannot run experiment scarcity as --fractions must be shares above 0 and up to 1, with commas between them'],
  ])('refuse %j', async (args, message) => {
    const { code, stderr } = await cli('experiment', 'scarcity', ...LABELS, ...SHAPE, ...args, '--out', 'x');
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('classify train --method fine-tune', { timeout: 240_000 }, () => {
  it('leaves a run that predicts by itself what it predicted, calibrated', async () => {
    const printed = await succeed('classify', 'train', '--init', 'random', ...LABELS, ...SHAPE, '--method', 'fine-tune', '--imbalance', 'logit-adjustment', '--freeze', 'stem', '--augment', 'cxr', '--epochs', '1', '--early-stopping', '1', '--out', 'tuned');
    expect(printed).toMatch(/fine-tune on \d+ images/);
    const metrics = JSON.parse(read('tuned', 'metrics.json'));
    expect(metrics).toMatchObject({ method: 'fine-tune', imbalance: 'logit-adjustment', bootstrap: { interval: 'bca' } });
    await succeed('classify', 'predict', '--run', 'tuned', ...LABELS.slice(0, 8), '--split', 'test', '--workers', '0', '--out', 'new.csv');
    const table = (text: string): Record<string, string>[] => {
      const [header = '', ...rows] = text.trimEnd().split('\n');
      return rows.map((row) => Object.fromEntries(row.split(',').map((cell, column) => [header.split(',')[column] as string, cell])));
    };
    const known = new Map(table(read('tuned', 'predictions.csv')).map((row) => [row['image'], row]));
    const predicted = table(read('new.csv'));
    expect(predicted.length).toBeGreaterThan(5);
    for (const row of predicted) expect(Number(row['nodule:probability'])).toBeCloseTo(Number(known.get(row['image'] as string)?.['nodule:probability']), 4);
    expect(await succeed('classify', 'evaluate', '--run', 'tuned', '--samples', '100')).toContain((/^nodule.*$/m.exec(printed) as RegExpExecArray)[0]);
  });

  it('goes on after a kill and after an interruption, to the same predictions, and with nothing else', async () => {
    const train = (out: string, ...more: string[]): string[] => ['classify', 'train', '--init', 'random', ...LABELS, ...SHAPE, '--method', 'fine-tune', '--epochs', '10', '--early-stopping', '10', '--keep-ids', '--out', out, ...more];
    await succeed(...train('whole'));
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const before = await latest('cut');
      const running = startCli(train('cut'), folder);
      while ((await latest('cut')) === before) await new Promise((resolve) => setTimeout(resolve, 5));
      running.kill(signal);
      const { code, signal: by, stderr } = await running.ended;
      if (signal === 'SIGKILL') expect(by).toBe('SIGKILL');
      else expect([code, stderr]).toEqual([130, expect.stringContaining('Interrupted: what was finished of the fine-tuning is kept in cut; the same command goes on')]);
    }
    const other = await cli(...train('cut', '--learning-rate', '0.01'));
    expect(other.stderr).toContain('as it was begun with other options, labels or images: begin it as it was, remove the folder, or choose another --out');
    expect(await succeed(...train('cut'))).toMatch(/^Going on with fine-tuning after epoch \d+, step \d+ of \d+$/m);
    expect(read('cut', 'predictions.csv')).toBe(read('whole', 'predictions.csv'));
    expect(existsSync(join(folder, 'cut', 'fine-tuning'))).toBe(false);
  });
});

/** The name of the last epoch's snapshot. */
async function latest(run: string): Promise<string | undefined> {
  return readFile(join(folder, run, 'fine-tuning', 'checkpoints', 'latest'), 'utf8').catch(() => undefined);
}
