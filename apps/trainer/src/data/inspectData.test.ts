import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phantomSet } from '@cxr-ifa/phantom';
import { createRng } from '@cxr-ifa/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectOptions } from '../options/inspectOptions.ts';
import { resolveOptions } from '../options/resolveOptions.ts';
import { encodeGrayPng } from '../output/encodeGrayPng.ts';
import type { Terminal } from '../terminal.ts';
import { inspectData } from './inspectData.ts';

const SIZE = 64;
let folder: string;
const printed: string[] = [];
const terminal: Terminal = { print: (line) => void printed.push(line), progress: () => ({ update: () => undefined, finish: () => undefined }) };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cxr-ifa-'));
  mkdirSync(join(folder, 'images'));
  const write = (name: string, pixels: Float32Array): void => writeFileSync(join(folder, 'images', `${name}.png`), encodeGrayPng(pixels, SIZE, SIZE));
  const images = [...phantomSet({ rng: createRng(3), count: 40, size: SIZE })].map(({ image }) => image.data);
  images.forEach((pixels, index) => write(`chest-${String(index).padStart(2, '0')}`, pixels));
  write('negative', (images[0] as Float32Array).map((value) => 255 - value));
  write('upside-down', (images[1] as Float32Array).toReversed());
  write('bordered', (images[2] as Float32Array).map((value, index) => (index < 20 * SIZE ? 0 : value)));
  copyFileSync(join(folder, 'images', 'chest-05.png'), join(folder, 'images', 'again <b>.png'));
  writeFileSync(join(folder, 'images', 'broken.png'), 'no image');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('inspectData', () => {
  it('finds what deserves a look, in the terminal, as JSON and on a page that loads nothing', async () => {
    const [out, page] = [join(folder, 'quality.json'), join(folder, 'quality.html')];
    await inspectData(resolveOptions('data inspect', inspectOptions, { data: join(folder, 'images'), workers: 0, out, page }), { terminal, given: {}, operands: [], commandLine: [] });
    const { images, quality } = JSON.parse(readFileSync(out, 'utf8'));
    expect(images).toMatchObject({ usable: 44, bad: [{ count: 1, examples: ['broken.png'] }] });
    const found = Object.fromEntries(quality.concerns.map(({ name, images: some }: { name: string; images: { path: string }[] }) => [name, some.map(({ path }) => path)]));
    expect(found).toMatchObject({ inverted: ['negative.png'], rotated: ['upside-down.png'], padded: ['bordered.png'] });
    expect(found['shown twice']).toEqual(expect.arrayContaining(['again <b>.png', 'chest-05.png']));
    expect(quality).toMatchObject({ compared: true, typicalIsInverted: false });
    expect(printed.some((line) => /^inverted +1 +2\.3 %$/.test(line))).toBe(true);

    const html = readFileSync(page, 'utf8');
    expect(html).toContain('again &lt;b&gt;.png');
    expect(html.match(/<img src="data:image\/png;base64,/g)?.length).toBeGreaterThanOrEqual(4);
    expect(html).not.toMatch(/<script|src="http|href="http/);
  });

  it('says when there are too few images to compare', async () => {
    const few = join(folder, 'few');
    mkdirSync(few);
    copyFileSync(join(folder, 'images', 'negative.png'), join(few, 'one.png'));
    printed.length = 0;
    await inspectData(resolveOptions('data inspect', inspectOptions, { data: few, workers: 0 }), { terminal, given: {}, operands: [], commandLine: [] });
    expect(printed).toContain('Too few images to compare each with the typical one: orientation was not looked at');
  });
});
