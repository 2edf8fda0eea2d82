// The studio in headless Chromium on the backend simd: how long until the first embedding, until 100 thumbnails, and the longest task of the page with 500 images.
// node tools/bench/studio.mjs [--data FOLDER] [--images 500]      FOLDER: image files, at least as many; without it, phantoms of 256 pixels are made first
// The studio must be built: npx nx run @cxr-ifa/studio:build
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startServer } from '../../apps/studio/serve.mjs';
import { idleCores } from './idleCores.mjs';

const { values } = parseArgs({ options: { data: { type: 'string' }, images: { type: 'string', default: '500' } } });
const COUNT = Number(values.images);
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];
const executablePath = [process.env.CHROMIUM, ...BROWSERS].find((path) => path && existsSync(path));
if (!executablePath) {
  console.error('Cannot measure the studio as no Chromium is installed, nor named by the variable CHROMIUM');
  process.exit(1);
}

/** Image files of a folder and all below. */
const imagesOf = (folder) => readdirSync(folder, { recursive: true }).filter((name) => ['.png', '.jpg', '.jpeg', '.dcm'].includes(extname(name).toLowerCase())).sort().map((name) => join(folder, name));

async function makePhantoms(folder) {
  const { phantomSet } = await import('@cxr-ifa/phantom');
  const { createRng } = await import('@cxr-ifa/tensor');
  const { encode } = await import('fast-png');
  mkdirSync(folder, { recursive: true });
  for (const { name, image } of phantomSet({ rng: createRng(1), count: COUNT, size: 256 })) writeFileSync(join(folder, `${name}.png`), encode({ width: image.width, height: image.height, channels: 1, depth: 8, data: Uint8Array.from(image.data) }));
  return folder;
}

const temporary = values.data ? undefined : mkdtempSync(join(tmpdir(), 'cxr-ifa-bench-'));
const files = imagesOf(values.data ?? (await makePhantoms(temporary))).slice(0, COUNT);
if (files.length < Math.min(COUNT, 101)) {
  console.error(`Cannot measure the studio as at least ${Math.min(COUNT, 101)} images are needed: current number is ${files.length}`);
  process.exit(1);
}
console.log(`${cpus()[0].model}, ${cpus().length} cores, ${(await idleCores()).toFixed(2)} of them idle; ${files.length} files`);

const { url, close } = await startServer();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'] });
try {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(600_000);
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(`${url}?backend=simd#encoder`);
  await page.getByTestId('encoder-name').getByText('encoder-small').waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Images' }).click();

  /** Opens files, and waits in the page, without asking it over and over. */
  const open = async (some, done) => {
    await page.evaluate(() => (globalThis.began = undefined));
    await page.evaluate(() => document.querySelector('[data-testid=files]').addEventListener('change', () => (globalThis.began = performance.now()), { once: true, capture: true }));
    await page.getByTestId('files').setInputFiles(some);
    return (await (await page.waitForFunction(done[0], done[1], { polling: 'raf' })).jsonValue()) / 1000;
  };
  const embedded = (count) => [(wanted) => (Number(document.querySelector('nav .count')?.textContent) === wanted && !document.querySelector('.status progress') ? performance.now() - globalThis.began : undefined), count];
  const thumbnails = (count) => [(wanted) => (Number(document.querySelector('nav .count')?.textContent) >= wanted ? performance.now() - globalThis.began : undefined), count];

  const first = await open(files.slice(0, 1), embedded(1));
  const hundred = await open(files.slice(1, 101), thumbnails(101));
  await page.waitForFunction(embedded(101)[0], 101);
  await page.evaluate(() => (globalThis.longTasks.length = 0));
  const all = files.length > 101 ? await open(files.slice(101), embedded(files.length)) : 0;
  for (const view of ['Explore', 'Label & learn', 'Pre-train', 'Images']) {
    await page.getByRole('navigation').getByRole('link', { name: view }).click();
    await page.waitForTimeout(1500);
  }
  await page.getByRole('listbox').focus();
  for (const key of ['End', 'PageUp', 'PageUp', 'Home', 'ArrowDown']) await page.keyboard.press(key);
  await page.waitForTimeout(500);
  const tasks = await page.evaluate(() => globalThis.longTasks);
  console.log(`first embedding after opening one file: ${first.toFixed(2)} s`);
  console.log(`100 thumbnails: ${hundred.toFixed(2)} s`);
  console.log(`${files.length - 101} further images opened and embedded: ${all.toFixed(1)} s`);
  console.log(`longest task of the page meanwhile, in all views: ${tasks.length > 0 ? `${Math.max(...tasks).toFixed(0)} ms (${tasks.length} above 50 ms)` : 'below 50 ms'}`);
} finally {
  await browser.close();
  await close();
  if (temporary) rmSync(temporary, { recursive: true, force: true });
}
