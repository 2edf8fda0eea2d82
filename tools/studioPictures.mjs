// Takes the pictures of the studio's README anew, of phantoms: node tools/studioPictures.mjs        after npx nx run @cxr-ifa/studio:build
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startServer } from '../apps/studio/serve.mjs';
import { chromiumPath } from './findChromium.mjs';

const FOLDER = join(import.meta.dirname, '..', 'apps', 'studio', 'assets');
if (!chromiumPath) {
  console.error('Cannot take pictures as no Chromium is installed, nor named by the variable CHROMIUM');
  process.exit(1);
}
const { url, close } = await startServer();
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--no-first-run', '--disable-background-networking'] });
try {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(`${url}?backend=simd`);
  const view = (name) => page.getByRole('navigation').getByRole('link', { name }).click();
  const picture = async (name) => {
    await page.waitForTimeout(1000); // until transitions and the viewer's worker are done
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  };
  await page.getByRole('button', { name: 'Add 100 phantoms' }).click();
  await page.locator('nav .count').getByText('100').waitFor();
  await page.waitForFunction(() => !document.querySelector('.status progress'));
  await page.getByRole('listbox').focus();
  for (const key of ['Home', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
  await picture('images');

  await view('Label & learn');
  await page.getByRole('button', { name: "Use the phantoms' own labels" }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.keyboard.press('4'); // cardiomegaly
  await page.getByTestId('auroc-cardiomegaly').getByText('AUROC').waitFor();
  await page.getByLabel('Order').selectOption('most likely first');
  await page.getByRole('listbox', { name: 'Images to label' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('e');
  await page.getByTestId('where').getByText('Grad-CAM').waitFor();
  await picture('learn');

  await view('Explore');
  await page.locator('.map canvas').waitFor();
  await page.getByLabel('Colour by').selectOption('prediction');
  await picture('explore');

  await view('Pre-train');
  await page.getByLabel('Begin with').selectOption('random');
  await page.getByRole('button', { name: /^Begin on/ }).click();
  await page.getByTestId('run-state').getByText('Done at step 200:').waitFor();
  await picture('pretrain');
} finally {
  await browser.close();
  await close();
}
