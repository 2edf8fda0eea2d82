// The studio in headless Chromium on the backend simd: how long until the first embedding and until 100 thumbnails, and the longest task of the page, stage by stage, with 500 images.
// node tools/bench/studio.mjs [--data FOLDER] [--images 500]      FOLDER: image files, at least as many; without it, phantoms of 256 pixels are made first
// The studio must be built: npx nx run @cxr-ifa/studio:build
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startServer } from '../../apps/studio/serve.mjs';
import { chromiumPath } from '../findChromium.mjs';
import { idleCores } from './idleCores.mjs';

const { values } = parseArgs({ options: { data: { type: 'string' }, images: { type: 'string', default: '500' } } });
const COUNT = Number(values.images);
const FEWEST = 101; // one, and then a hundred
const LABELLED = 12;
if (!chromiumPath) {
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
if (files.length < FEWEST) {
  console.error(`Cannot measure the studio as at least ${FEWEST} images are needed: current number is ${files.length}`);
  process.exit(1);
}
console.log(`${cpus()[0].model}, ${cpus().length} cores, ${(await idleCores()).toFixed(2)} of them idle; ${files.length} files`);

/** What was served, in bytes as sent, but for the encoder. */
let sent = 0;
const { url, close } = await startServer({ onSent: (path, bytes) => (sent += path.endsWith('.safetensors') ? 0 : bytes) });
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'] });

/** Opens the studio with nothing kept; its long tasks are counted from the beginning. */
async function openPage() {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(300_000);
  await page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(`${url}?backend=simd`);
  await page.locator('.shell').waitFor(); // before it nothing takes a file
  return page;
}

/** Drops files on the page, at the time `began`. They are handed to the page before: that the debugger does it for hundreds is a long task of its own. */
async function drop(page, some) {
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('input'), { type: 'file', multiple: true, id: 'bench-files', hidden: true })));
  await page.locator('#bench-files').setInputFiles(some);
  await page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve((globalThis.longTasks.length = 0)), 300)));
  await page.evaluate(() => {
    const input = document.querySelector('#bench-files');
    const dataTransfer = new DataTransfer();
    for (const file of input.files) dataTransfer.items.add(file);
    input.remove();
    globalThis.given = (globalThis.given ?? 0) + dataTransfer.files.length;
    globalThis.began = performance.now();
    setTimeout(() => document.querySelector('.shell').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })));
  });
}

/** Seconds until every file that was dropped is an image or listed as bad, and until something else holds too. */
async function until(page, what) {
  const done = await page.waitForFunction(
    (wanted) => {
      const opened = Number(document.querySelector('nav .count')?.textContent ?? 0) + document.querySelectorAll('.bad li').length;
      const isSeen = (image) => image.complete && image.naturalWidth > 0;
      if (opened < globalThis.given || (wanted === 'thumbnails' ? ![...document.querySelectorAll('.cell img')].every(isSeen) : document.querySelector('.status progress'))) return undefined;
      return { sinceDrop: performance.now() - globalThis.began, sinceStart: performance.now() };
    },
    what,
    { polling: 20 },
  );
  const { sinceDrop, sinceStart } = await done.jsonValue();
  return { sinceDrop: sinceDrop / 1000, sinceStart: sinceStart / 1000 };
}

const longest = [];
/** Notes the longest task of the page since the last time. */
async function note(page, stage) {
  await page.waitForTimeout(300);
  longest.push([stage, await page.evaluate(() => globalThis.longTasks.splice(0))]);
}

try {
  const fresh = await openPage();
  await drop(fresh, files.slice(0, 1));
  const start = await until(fresh, 'embedded');
  const firstLoad = sent;
  await fresh.context().close();

  const page = await openPage();
  await page.getByRole('navigation').getByRole('link', { name: 'Encoder' }).click();
  await page.getByTestId('encoder-name').getByText('encoder-small').waitFor();
  await note(page, 'starting');
  const view = (name) => page.getByRole('navigation').getByRole('link', { name }).click();
  await view('Images');
  await drop(page, files.slice(0, 1));
  const first = await until(page, 'embedded');
  await drop(page, files.slice(1, FEWEST));
  const hundred = await until(page, 'thumbnails');
  await until(page, 'embedded');
  await note(page, 'opening 100');
  let all;
  if (files.length > FEWEST) {
    await drop(page, files.slice(FEWEST));
    all = await until(page, 'embedded');
    await note(page, `opening ${files.length - FEWEST} more`);
  }
  const bad = await page.locator('.bad li').count();
  await page.getByRole('listbox').focus();
  for (const key of ['End', 'PageUp', 'PageUp', 'Home', 'ArrowDown']) await page.keyboard.press(key);
  await note(page, 'moving through the images');
  await view('Explore');
  await page.locator('.map canvas').waitFor();
  await note(page, 'exploring');
  await view('Label & learn');
  await page.getByLabel('Name of a finding').fill('Finding');
  await page.getByRole('button', { name: 'Add finding' }).click();
  await page.getByRole('listbox', { name: 'Images to label' }).focus();
  for (let image = 0; image < LABELLED; image++) await page.keyboard.press(image % 2 === 0 ? 'y' : 'n');
  await page.getByTestId('auroc-Finding').getByText('AUROC').waitFor();
  await page.keyboard.press('e');
  await page.getByTestId('where').getByText('Grad-CAM').waitFor();
  await note(page, `labelling ${LABELLED}, with a probe, its judgement and a heat map`);
  await view('Pre-train');
  await page.getByRole('button', { name: /^Begin on/ }).waitFor();
  await note(page, 'opening the view of pre-training');

  console.log(`first embedding, from one file's drop: ${first.sinceDrop.toFixed(2)} s; from the page's beginning, with a file dropped as soon as it takes any: ${start.sinceStart.toFixed(2)} s`);
  console.log(`loaded until then, compressed, without the encoder: ${(firstLoad / 1e6).toFixed(2)} MB`);
  console.log(`100 thumbnails in the list, those in sight painted: ${hundred.sinceDrop.toFixed(2)} s from the drop`);
  if (all) console.log(`${files.length - FEWEST} more opened and embedded: ${all.sinceDrop.toFixed(1)} s from the drop`);
  if (bad > 0) console.log(`${bad} of the files could not be opened`);
  for (const [stage, tasks] of longest) console.log(`longest task of the page while ${stage}: ${tasks.length > 0 ? `${Math.max(...tasks).toFixed(0)} ms (${tasks.length} above 50 ms)` : 'below 50 ms'}`);
} finally {
  await browser.close();
  await close();
  if (temporary) rmSync(temporary, { recursive: true, force: true });
}
