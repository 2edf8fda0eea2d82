import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startServer } from '../serve.mjs';
import { levelsOf } from './levelsOf.ts';
import { sampleFiles } from './sampleFiles.ts';
import { PATIENCE, stepsOf } from './stepsOf.ts';

const FIREFOXES = ['/usr/bin/firefox', '/usr/bin/firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox'];
/** The Firefox of this machine, or the one that the variable FIREFOX names. */
const firefoxPath = [process.env['FIREFOX'], ...FIREFOXES].find((path) => path !== undefined && existsSync(path));
const files = sampleFiles().good;

// By puppeteer, as playwright needs a Firefox of its own; what this one does must be the same as what Chromium does, which studio.test.ts looks at more closely
describe.skipIf(firefoxPath === undefined || process.env['STUDIO_FIREFOX'] === undefined)('the studio in Firefox (taken where STUDIO_FIREFOX is set)', () => {
  let browser: Browser;
  let page: Page;
  let close: () => Promise<void>;
  const faults: string[] = [];
  const step = stepsOf();

  /** Waits until something holds in the page; where it never does, what the page says instead is told. */
  const until = async (what: string): Promise<void> => {
    try {
      await page.waitForFunction(what);
    } catch (error) {
      throw new Error(`Waited in vain for ${what}\n${await page.evaluate('document.body.innerText')}\n${faults.join('\n')}`, { cause: error });
    }
  };
  const shows = (selector: string, text: string): Promise<void> => until(`[...document.querySelectorAll(${JSON.stringify(selector)})].some((element) => element.textContent.includes(${JSON.stringify(text)}))`);
  const go = (view: string): Promise<void> => page.click(`nav a[href='#${view}']`);
  const painted = async (): Promise<ReturnType<typeof levelsOf>> => levelsOf(await (await page.waitForSelector('.viewer canvas'))!.screenshot());

  beforeAll(async () => {
    const server = await startServer();
    ({ close } = server);
    browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefoxPath as string, protocolTimeout: PATIENCE / 4 });
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE / 5);
    await page.setViewport({ width: 1200, height: 800 });
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) faults.push(`console ${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`exception: ${String(error)}`));
    await page.goto(`${server.url}?backend=simd`);
  }, PATIENCE);
  afterAll(async () => {
    await browser?.close();
    await close?.();
  });

  step('opens and embeds files of every kind', async () => {
    const field = (await page.waitForSelector('[data-testid=files]')) as unknown as { uploadFile: (...paths: string[]) => Promise<void> };
    await field.uploadFile(...files);
    await until(`document.querySelector('nav .count')?.textContent === '${files.length}' && !document.querySelector('.status progress')`);
  });

  step('shows one, and inverts it', async () => {
    await page.waitForSelector('.viewer canvas[data-ready]');
    const before = await painted();
    expect(before.highest - before.lowest).toBeGreaterThan(100);
    await page.focus('.viewer');
    await page.keyboard.press('i');
    await shows('.viewer-numbers', 'inverted');
    await page.waitForFunction('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))');
    const after = await painted();
    expect(Math.abs(after.mean - before.mean)).toBeGreaterThan(5);
  });

  step('finds similar ones, learns from labels, and explains', async () => {
    await go('explore');
    await page.waitForSelector('.map canvas');
    await page.waitForSelector('.similar li');
    await go('learn');
    await (await page.waitForSelector("[aria-label='Name of a finding']"))!.type('Opacity');
    await page.keyboard.press('Enter');
    await shows('.findings', 'Opacity');
    await page.focus('.grid');
    await page.keyboard.press('Home');
    for (let image = 0; image < 12; image++) await page.keyboard.press(image % 2 === 0 ? 'y' : 'n');
    await shows('.score', 'AUROC ');
    await page.keyboard.press('e');
    await shows('[data-testid=where]', 'Grad-CAM of layer');
  });

  step('pre-trains, and keeps the run, the images and the labels', async () => {
    await go('pretrain');
    await page.waitForSelector('.settings');
    await page.select('.settings select', 'random');
    for (const [index, value] of [[0, '4'], [1, '4']] as const) {
      await page.$$eval('.settings input', (inputs, at, text) => {
        const input = inputs[at] as HTMLInputElement;
        input.value = text;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }, index, value);
    }
    await page.click('.settings button.primary');
    await shows('[data-testid=run-state]', 'Done at step 4:');
    await page.reload();
    await shows('[data-testid=run-state]', 'Done at step 4:');
    await shows('footer', `${files.length} images, 12 of them labelled`);
  });

  step('did not fail in silence', async () => {
    expect(faults).toEqual([]);
  });
});
