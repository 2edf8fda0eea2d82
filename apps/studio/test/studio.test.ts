import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeNpy, readTrainingCheckpoint } from '@cxr-ifa/checkpoint';
import { readTable } from '@cxr-ifa/datasets';
import { parseLinearProbe } from '@cxr-ifa/heads/classification';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { chromiumPath } from '../../../tools/findChromium.mjs';
import { axeFaults } from './axeFaults.ts';
import { openStudio, type OpenStudio } from './openStudio.ts';
import { hasRealFiles, sampleFiles } from './sampleFiles.ts';
import { PATIENCE, stepsOf } from './stepsOf.ts';

const { good, bad, twins } = sampleFiles();
const FINDING = 'Opacity';
const LABELLED = 12;

const stateOf = (page: Page): Promise<string> => page.getByTestId('run-state').innerText();
const go = (page: Page, name: string): Promise<void> => page.getByRole('navigation').getByRole('link', { name }).click();

/** Takes a download as bytes. */
async function downloaded(page: Page, button: string): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(readFileSync(await download.path())) };
}

/** Steps on a software GPU take minutes where those on the processor take seconds: they are taken where STUDIO_WEBGPU is set. */
const CASES = [
  { backend: 'simd', options: { query: '?backend=simd' }, description: /WebAssembly, \d+ threads?/, wanted: true },
  { backend: 'webgpu', options: { query: '?backend=webgpu', gpu: true }, description: /WebGPU/, wanted: process.env['STUDIO_WEBGPU'] !== undefined },
];
for (const { backend, options, description, wanted } of CASES)
  describe.skipIf(chromiumPath === undefined || !wanted)(`the studio on ${backend} with ${hasRealFiles ? 'real files' : 'phantoms, as ../shared/data is absent'} (skipped without Chromium; webgpu where STUDIO_WEBGPU is set)`, () => {
  let studio: OpenStudio;
  let page: Page;
  beforeAll(async () => {
    studio = await openStudio(options);
    ({ page } = studio);
    page.setDefaultTimeout(PATIENCE);
  }, PATIENCE);
  afterAll(() => studio?.close());
  const step = stepsOf();

  step('starts on its backend and takes less than 2 MB to do so, without the encoder', async () => {
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('status').getByText(description).waitFor();
    await go(page, 'Encoder');
    await page.getByTestId('encoder-name').getByText('encoder-small').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    const sizes = [...studio.received].filter(([path]) => !path.endsWith('.safetensors'));
    expect(sizes.some(([path]) => path.includes('compute.worker'))).toBe(true);
    expect(sizes.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(2e6);
  });

  step('opens files, lists bad ones with the reason, and looks at one', async () => {
    await go(page, 'Images');
    await page.getByTestId('files').setInputFiles([...good, ...bad]);
    await page.locator('.bad').getByText(`${bad.length} files could not be opened`).waitFor();
    await page.locator('nav .count').getByText(String(good.length)).waitFor();
    await page.locator('.bad summary').click();
    const reasons = await page.locator('.bad li').allInnerTexts();
    for (const path of bad) expect(reasons.find((text) => text.startsWith(basename(path)))).toMatch(/Cannot \w+/);
    await page.waitForFunction(() => document.querySelector('.viewer canvas')?.hasAttribute('data-ready'));
    const before = await page.locator('.viewer-numbers').innerText();
    expect(before).toMatch(/^W \d+ L \d+, \d+ %$/);
    await page.locator('.viewer').focus();
    await page.keyboard.press('i');
    await page.locator('.viewer-numbers').getByText(`${before}, inverted`).waitFor();
    const box = (await page.locator('.viewer canvas').boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(box.x + 200, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 260, box.y + 230, { steps: 3 });
    await page.mouse.up();
    await page.mouse.wheel(0, -400);
    await page.waitForFunction((old) => document.querySelector('.viewer-numbers')?.textContent?.split(', ')[1] !== old, before.split(', ')[1]);
    const [, window, level, zoom] = /W (\d+) L (\d+), (\d+) %/.exec(await page.locator('.viewer-numbers').innerText()) as unknown as string[];
    const [, oldWindow, oldLevel, oldZoom] = /W (\d+) L (\d+), (\d+) %/.exec(before) as unknown as string[];
    expect(Number(window)).toBeGreaterThan(Number(oldWindow));
    expect(Number(level)).toBeGreaterThan(Number(oldLevel));
    expect(Number(zoom)).toBeGreaterThan(Number(oldZoom));
    await page.locator('.viewer').focus(); // the same without a pointer
    await page.keyboard.press('Shift+ArrowLeft');
    await page.waitForFunction((wider) => Number(/W (\d+)/.exec(document.querySelector('.viewer-numbers')?.textContent ?? '')?.[1]) < wider, Number(window));
    await page.keyboard.press('r');
    await page.locator('.viewer-numbers').getByText(before, { exact: true }).waitFor();
    const touch = await page.context().newCDPSession(page); // and with two fingers
    for (const [type, distance] of [['touchStart', 60], ['touchMove', 90], ['touchMove', 120], ['touchEnd', 0]] as const) {
      const fingers = distance === 0 ? [] : [-1, 1].map((side, id) => ({ x: box.x + 250 + side * distance, y: box.y + 250, id }));
      await touch.send('Input.dispatchTouchEvent', { type, touchPoints: fingers });
    }
    await page.waitForFunction((fitted) => Number(/, (\d+) %/.exec(document.querySelector('.viewer-numbers')?.textContent ?? '')?.[1]) > 1.8 * fitted, Number(oldZoom));
    await page.locator('.viewer').focus();
    await page.keyboard.press('r');
    await page.locator('.viewer-numbers').getByText(before, { exact: true }).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  step('embeds them, lays them out, and finds similar ones', async () => {
    await page.waitForFunction(() => !document.querySelector('.status progress'));
    if (twins) await page.getByRole('option', { name: basename(twins[0]) }).click();
    await go(page, 'Explore');
    await page.locator('.map canvas').waitFor();
    await page.getByTestId('similar').locator('li').first().waitFor();
    const similar = (await page.getByTestId('similar').locator('span').allInnerTexts()).map(Number.parseFloat);
    expect(similar).toHaveLength(12);
    expect(similar).toEqual([...similar].sort((a, b) => b - a));
    expect(similar.every((value) => value >= -1 && value <= 1)).toBe(true);
    if (twins) {
      const titles = await page.getByTestId('similar').getByRole('button').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('title') ?? ''));
      expect(similar[titles.indexOf(basename(twins[1]))]).toBeGreaterThan(0.999);
    }
    await page.getByRole('group', { name: 'Map' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('status').getByText(/^Chosen: /).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  step('learns from labels by key, judges itself over patients, and explains', async () => {
    await go(page, 'Label & learn');
    await page.getByLabel('Name of a finding').fill(FINDING);
    await page.getByRole('button', { name: 'Add finding' }).click();
    await page.getByRole('listbox', { name: 'Images to label' }).focus();
    await page.keyboard.press('Home');
    for (let image = 0; image < LABELLED; image++) await page.keyboard.press(image % 2 === 0 ? 'y' : 'n');
    await page.getByRole('button', { name: FINDING, exact: false }).getByText(`${LABELLED / 2} present, ${LABELLED / 2} absent`).waitFor();
    await page.getByRole('meter', { name: `Probability of ${FINDING}` }).waitFor();
    await page.getByTestId('unusual').getByText('too few to tell').waitFor();
    await page.getByTestId(`auroc-${FINDING}`).getByText(/AUROC [01]\.\d\d \([01]\.\d\d to [01]\.\d\d\)/).waitFor();
    expect(await page.locator('.device').innerText()).toContain('not a medical device');
    await page.keyboard.press('e');
    await page.getByTestId('where').getByText(/Grad-CAM of layer\d/).waitFor();
    expect(await axeFaults(page)).toEqual([]);
  });

  step('warns of what is unlike the labelled images once enough are labelled', async () => {
    for (let image = LABELLED; image < 20; image++) await page.keyboard.press(image % 2 === 0 ? 'y' : 'n');
    await page.getByTestId('unusual').getByText(/more ordinary|Unlike the labelled images/).waitFor();
  });

  step('gives its results away as files that others read', async () => {
    const table = readTable(new TextDecoder().decode((await downloaded(page, 'Labels and predictions (CSV)')).bytes));
    expect(table.columns).toEqual(['image', 'patient', 'split', `${FINDING}:probability`, `${FINDING}:label`, 'out_of_distribution', 'warning']);
    expect(table.rows).toHaveLength(good.length);
    expect(table.rows.map(({ cells }) => cells[4]).filter((label) => label !== '')).toHaveLength(20);
    expect(table.rows.every(({ cells }) => Number(cells[3]) > 0 && Number(cells[3]) < 1)).toBe(true);

    const probe = unzipSync((await downloaded(page, 'Probe with its encoder (zip)')).bytes);
    const { probe: fitted, format } = JSON.parse(new TextDecoder().decode(probe['probe.json'])) as { probe: unknown; format: string };
    expect(format).toBe('cxr-ifa-probe-1');
    expect(parseLinearProbe(JSON.stringify(fitted)).findings).toMatchObject([{ name: FINDING, positives: 10, negatives: 10 }]);
    const latest = new TextDecoder().decode(probe['checkpoints/latest']).trim();
    expect(readTrainingCheckpoint(probe[`checkpoints/${latest}`] as Uint8Array).details).toMatchObject({ encoder: { architecture: 'resnet18', width: 32 } });

    const embeddings = unzipSync((await downloaded(page, 'Embeddings (NumPy, zip)')).bytes);
    const { shape, data } = decodeNpy(embeddings['features.npy'] as Uint8Array);
    expect(shape).toEqual([good.length, 256]);
    expect((data as Float32Array).every(Number.isFinite)).toBe(true);
    expect(readTable(new TextDecoder().decode(embeddings['index.csv'])).rows).toHaveLength(good.length);
  });

  step('pre-trains, pauses, and goes on after a reload where it was', async () => {
    await go(page, 'Pre-train');
    await page.getByLabel('Begin with').selectOption('random');
    await page.getByLabel('Images in a batch').fill('4');
    await page.getByLabel('Steps').fill('20');
    await page.getByRole('button', { name: /^Begin on/ }).click();
    await page.getByTestId('run-state').getByText(/Training at step [1-9]\d?:/).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByTestId('run-state').getByText('Paused').waitFor();
    const paused = /step (\d+)/.exec(await stateOf(page))?.[1] as string;
    expect(await page.getByTestId('verdict').innerText()).toMatch(/\w+/);
    await page.reload();
    await page.getByTestId('run-state').getByText(`Paused at step ${paused}:`).waitFor();
    await page.locator('nav .count').getByText(String(good.length)).waitFor(); // images are there again, and their labels
    await page.locator('footer').getByText(`${good.length} images, 20 of them labelled`).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByTestId('run-state').getByText('Done at step 20:').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    const { name, bytes } = await downloaded(page, 'Download checkpoint');
    expect(name).toBe('resnet18-step-00000020.safetensors');
    expect(readTrainingCheckpoint(bytes).details).toMatchObject({ step: 20, encoder: { architecture: 'resnet18', width: 16 }, sampler: { images: good.length } });
  });

  step('uses what it trained, and wipes everything', async () => {
    await page.waitForFunction(() => !document.querySelector('.status progress'));
    await page.getByRole('button', { name: 'Use as encoder' }).click();
    await go(page, 'Encoder');
    await page.getByTestId('encoder-name').getByText('resnet18-step-00000020').waitFor();
    await page.waitForFunction(() => !document.querySelector('.status progress'));
    await page.getByRole('button', { name: 'Wipe everything…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Wipe everything' }).click();
    await page.getByRole('heading', { name: 'Drop chest radiographs here' }).waitFor();
    await page.locator('footer').getByText('0 images, 0 of them labelled').waitFor();
    const kept = await page.evaluate(async () => {
      const request = indexedDB.open('cxr-ifa-studio');
      const db = await new Promise<IDBDatabase>((resolve) => (request.onsuccess = () => resolve(request.result)));
      const count = (store: string): Promise<number> => new Promise((resolve) => (db.transaction(store).objectStore(store).count().onsuccess = (event) => resolve((event.target as IDBRequest<number>).result)));
      return [await count('images'), await count('run')];
    });
    expect(kept).toEqual([0, 0]);
  });

  step('did not fail in silence, and asked no other address for anything', async () => {
    expect(studio.faults).toEqual([]);
    expect(backend).toBeTruthy();
  });
});
