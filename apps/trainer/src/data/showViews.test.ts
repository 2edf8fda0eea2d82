import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CommandContext } from '../commands/command.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { viewsOptions } from '../options/viewsOptions.ts';
import { writeImages } from '../testing/writeImages.ts';
import { showViews } from './showViews.ts';

let folder: string;
let printed: string[];
const show = async (flags: object = {}): Promise<string> => {
  const out = join(folder, 'views.html');
  printed = [];
  const context = { terminal: { print: (line: string) => void printed.push(line) } } as unknown as CommandContext;
  await showViews(resolveOptions('show', viewsOptions, { data: join(folder, 'images'), imageSize: 24, rows: 5, out, ...flags }), context);
  return readFileSync(out, 'utf8');
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  writeImages(join(folder, 'images'), 6);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('shows images, both views, what was done and where it moved them, in a page of its own', async () => {
  const page = await show({ augment: 'mocoV2' });
  const { document } = parseHTML(page);
  const rows = [...document.querySelectorAll('.view-row')];
  expect(rows).toHaveLength(5);
  expect(new Set(rows.map((row) => row.querySelector('b')?.textContent)).size).toBe(5);
  for (const row of rows) {
    expect(row.querySelectorAll('img')).toHaveLength(3);
    const [own, query, key] = [...row.querySelectorAll('.grid path')].map((path) => path.getAttribute('d'));
    expect(own).toContain('M-1.000,-1.000'); // where it is
    for (const moved of [query, key]) expect(moved).not.toBe(own);
    for (const caption of [...row.querySelectorAll('span')].slice(1)) expect(caption.textContent).toMatch(/^(query|key) random resized crop/);
  }
  expect(page).not.toMatch(/https?:\/\//);
  expect(await show({ augment: 'mocoV2' })).toBe(page);
  expect(await show({ augment: 'mocoV2', seed: 2 })).not.toBe(page);
});

it('shows a clean query as it is, and both arithmetics', async () => {
  const captions = (page: string): string[] => [...parseHTML(page).document.querySelectorAll('.view-row span:nth-of-type(1)')].map(({ textContent }) => (textContent as string).trim());
  const clean = captions(await show({ query: 'clean' }));
  expect(clean.filter((caption) => caption === 'query unchanged')).toHaveLength(5);
  expect(captions(await show({ augmentArithmetic: 'uint8' })).some((caption) => /^query (?!unchanged)/.test(caption))).toBe(true);
  await expect(show({ augment: 'mocoV2', augmentArithmetic: 'uint8' })).rejects.toThrow('Cannot use --augment mocoV2 with --augment-arithmetic uint8');
});

it('names bad files with their reasons, and refuses data of nothing else', async () => {
  writeFileSync(join(folder, 'images', 'bad.png'), 'no image');
  await show({ rows: 100 });
  expect(printed).toEqual([expect.stringMatching(/^Left out bad\.png: Cannot/), expect.stringMatching(/^6 images with their views are in/)]);
  for (let image = 0; image < 6; image++) rmSync(join(folder, 'images', `image-00${image}.png`));
  await expect(show()).rejects.toThrow('none of its 1 images can be used');
});
