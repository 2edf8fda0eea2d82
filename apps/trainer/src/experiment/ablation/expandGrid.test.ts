import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expandGrid } from './expandGrid.ts';
import { readGrid, type Grid } from './grid.ts';

const folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(content: object): Promise<Grid> {
  const path = join(folder, 'grid.json');
  writeFileSync(path, JSON.stringify({ tasks: [{ name: 'nodules', findings: ['nodule'] }], ...content }));
  return readGrid(path);
}

describe('expandGrid', () => {
  it('makes the cells of every seed, named ones first', async () => {
    const cells = expandGrid(await read({ cells: [{ name: 'random', random: true }, { name: 'moco', ifa: 'none' }, { name: 'ifa', init: 'moco' }, { name: 'other', init: 'runs/other' }], seeds: [7, 8] }));
    expect(cells.map(({ name, seed }) => `${name} ${seed}`)).toEqual(['random 7', 'moco 7', 'ifa 7', 'other 7', 'random 8', 'moco 8', 'ifa 8', 'other 8']);
    expect(cells[0]).toMatchObject({ random: true, init: undefined });
    expect(cells[1]).toMatchObject({ random: false, options: { ifa: 'none' }, init: undefined });
    expect(cells[2]).toMatchObject({ init: 'moco' });
    expect(cells[3]).toMatchObject({ options: { init: 'runs/other' }, init: undefined });
  });

  it('makes every combination of axes', async () => {
    const cells = expandGrid(await read({ axes: { query: ['clean', 'augmented'], ifaTerms: [[], ['layer1:0.3', 'layer4:1']], learningRate: [0.03] } }));
    expect(cells.map(({ name }) => name)).toEqual([
      'query-clean.ifaTerms-none.learningRate-0.03',
      'query-clean.ifaTerms-layer1_0.3+layer4_1.learningRate-0.03',
      'query-augmented.ifaTerms-none.learningRate-0.03',
      'query-augmented.ifaTerms-layer1_0.3+layer4_1.learningRate-0.03',
    ]);
    expect(cells[3]?.options).toEqual({ query: 'augmented', ifaTerms: ['layer1:0.3', 'layer4:1'], learningRate: 0.03 });
  });

  it.each([
    [{}, 'Cannot run an ablation without cells: give cells, axes, or both'],
    [{ cells: [{ name: 'a' }, { name: 'a' }] }, 'Cannot run the ablation as each cell needs a name of its own: a stands twice'],
    [{ cells: [{ name: 'a', seed: 3 }] }, "Cannot run the ablation as seeds are the grid's and not a cell's: take seed out of a"],
    [{ cells: [{ name: 'a', init: 'b' }, { name: 'b' }] }, 'Cannot begin a with b, which must be a trained cell that stands above it'],
    [{ cells: [{ name: 'a', random: true }, { name: 'b', init: 'a' }] }, 'Cannot begin b with a, which must be a trained cell that stands above it'],
    [{ cells: [{ name: 'a' }], comparisons: [['a', 'c']] }, 'Cannot compare with c as no cell has that name: the names are a'],
  ])('refuses %j', async (content, message) => {
    const grid = await read(content);
    expect(() => expandGrid(grid)).toThrow(message);
  });

  it.each([
    [{ cells: [{ name: 'a/b' }] }, 'cells.0.name is wrong: a name of letters'],
    [{ tasks: [] }, 'tasks is wrong:'],
    [{ fractions: [0] }, 'fractions.0 is wrong:'],
    [{ method: ['linear'] }, 'Unrecognized key: "method"'],
  ])('refuses the file %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });
});
