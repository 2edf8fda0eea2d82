import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli } from '../../testing/runCli.ts';
import { writeImages } from '../../testing/writeImages.ts';

let folder: string;
const IMAGES = 48;
const grid = {
  records: { labelColumn: 'labels', patientColumn: 'patient', splitColumn: 'split' },
  pretrain: { split: 'train', arch: 'resnet18', width: 4, imageSize: 32, batchSize: 8, queueSize: 16, steps: 6, checkpointEvery: 1 },
  cells: [
    { name: 'random', random: true },
    { name: 'moco', ifa: 'none' },
    { name: 'larger', random: true, imageSize: 48 },
    { name: 'ifa', init: 'moco', ifaTerms: ['layer1:0.3', 'layer4:1:0.5'] },
  ],
  seeds: [3],
  tasks: [{ name: 'nodules', findings: ['nodule'] }],
  fractions: [1, 0.5],
  draws: 2,
  neighbours: 5,
  comparisons: [['ifa', 'moco'], ['moco', 'random']],
};
const command = (out: string): string[] => ['experiment', 'ablation', '--grid', 'grid.json', '--data', 'labels.csv', '--out', out, '--threads', '1', '--workers', '0', '--samples', '50'];

/** What a row must hold whenever it was made. */
const rowOf = (out: string, cell: string): Record<string, unknown> => {
  const { date: _date, training, ...row } = JSON.parse(readFileSync(join(folder, out, 'rows', `${cell}.json`), 'utf8')) as { date: string; training: Record<string, number> | null };
  const { imagesPerSecond: _rate, ...numbers } = training ?? {};
  return { ...row, numbers };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  writeImages(folder, IMAGES);
  const rows = Array.from({ length: IMAGES }, (_, image) => `image-${String(image).padStart(3, '0')}.png,p${Math.floor(image / 2)},${['train', 'train', 'train', 'val', 'test', 'test'][Math.floor(image / 2) % 6]},${Math.floor(image / 2) % 4 < 2 ? 'nodule' : 'other'}`);
  writeFileSync(join(folder, 'labels.csv'), `path,patient,split,labels\n${rows.join('\n')}\n`);
  writeFileSync(join(folder, 'grid.json'), JSON.stringify(grid));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cxr-ifa experiment ablation', () => {
  it('writes a row for each cell, and a table', async () => {
    const { code, stdout, stderr } = await runCli(command('whole'), folder);
    expect(stderr.split('\n').filter((line) => line.startsWith('Cannot'))).toEqual([]);
    expect(code).toBe(0);
    expect(readdirSync(join(folder, 'whole', 'rows')).sort()).toEqual(['ifa-3.json', 'larger-3.json', 'moco-3.json', 'random-3.json', 'table.csv', 'table.json', 'table.md']);
    expect(rowOf('whole', 'random-3')).toMatchObject({ random: true, basis: { arch: 'resnet18', width: 4, imageSize: 32 }, dataHash: null, leak: { patients: 0, images: 0 } });
    expect(rowOf('whole', 'larger-3')).toMatchObject({ random: true, basis: { imageSize: 48 } });
    expect(rowOf('whole', 'ifa-3')).toMatchObject({ random: false, basis: { ifaTerms: ['layer1:0.3', 'layer4:1:0.5'], split: 'train', init: 'moco', judgedBy: { draws: 2 } }, leak: { patients: 0, images: 0 }, numbers: { step: 6 } });
    expect((rowOf('whole', 'moco-3')['results'] as { method: string; fraction: number; draws: unknown[] }[]).map(({ method, fraction, draws }) => [method, fraction, draws.length])).toEqual([['linear', 1, 1], ['knn', 1, 1], ['linear', 0.5, 2], ['knn', 0.5, 2]]);
    expect(stdout).toContain('ifa - moco');
    const { differences } = JSON.parse(readFileSync(join(folder, 'whole', 'rows', 'table.json'), 'utf8')) as { differences: unknown[] };
    expect(differences).toHaveLength(8);
  });

  it('goes on after a kill, and comes to the same', async () => {
    const running = startCli(command('killed'), folder);
    const log = join(folder, 'killed', 'cells', 'moco-3', 'checkpoints', 'latest');
    const ended = running.ended.then(() => true);
    while (!existsSync(log)) expect(await Promise.race([ended, setTimeout(20)])).toBeUndefined();
    running.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');
    const { code, stdout } = await runCli([...command('killed'), '--cells', 'moco', '--seeds', '3'], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('4 cells, 1 finished before, 1 to do');
    expect((await runCli(command('killed'), folder)).stdout).toContain('4 cells, 2 finished before, 2 to do');
    for (const cell of ['random-3', 'moco-3', 'larger-3', 'ifa-3']) expect(rowOf('killed', cell)).toEqual(rowOf('whole', cell));
    expect((await runCli(command('killed'), folder)).stdout).toContain('4 cells, 4 finished before, 0 to do');
  });

  it('does not take a row for a cell of other options', async () => {
    writeFileSync(join(folder, 'grid.json'), JSON.stringify({ ...grid, pretrain: { ...grid.pretrain, learningRate: 0.5 } }));
    const { code, stderr } = await runCli(command('whole'), folder);
    expect(code).toBe(1);
    expect(stderr).toContain('as it was made with another learningRate: 0.03 and not 0.5');
    for (const [changed, what] of [[{ draws: 3 }, 'judgedBy'], [{ pretrain: { ...grid.pretrain, width: 8 }, cells: grid.cells.slice(0, 1), comparisons: [] }, 'width: 4 and not 8']] as const) {
      writeFileSync(join(folder, 'grid.json'), JSON.stringify({ ...grid, ...changed }));
      expect((await runCli(command('whole'), folder)).stderr).toContain(`as it was made with another ${what}`);
    }
  });

  it('names a wrong option before anything is trained', async () => {
    writeFileSync(join(folder, 'grid.json'), JSON.stringify({ ...grid, cells: [{ name: 'a', ifaTerm: 'layer4:1' }], comparisons: [] }));
    const { code, stderr } = await runCli(command('none'), folder);
    expect(code).toBe(2);
    expect(stderr).toContain('Cannot train the cell a as the config file has an unknown name ifaTerm');
    expect(existsSync(join(folder, 'none', 'cells'))).toBe(false);
  });
});
