import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { chromiumPath } from '../../../tools/findChromium.mjs';
import { axeFaults } from './axeFaults.ts';
import { levelsOf } from './levelsOf.ts';
import { openStudio, type OpenStudio } from './openStudio.ts';
import { sampleFiles } from './sampleFiles.ts';
import { PATIENCE, stepsOf } from './stepsOf.ts';

const PATIENTS = 6;
const { good, bad } = sampleFiles();
const files = good.filter((path) => /\.(png|jpe?g)$/i.test(path)).slice(0, 2 * PATIENTS);

/** A folder of patients, each a folder of two images. */
function patientFolders(): string {
  const root = join(mkdtempSync(join(tmpdir(), 'cxr-ifa-studio-')), 'study');
  for (const [index, path] of files.entries()) {
    const folder = join(root, `patient-${Math.floor(index / 2)}`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(path, join(folder, basename(path)));
  }
  return root;
}

/** A file of labels: every patient's first image has the finding. */
function labelTable(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'cxr-ifa-studio-')), 'labels.csv');
  writeFileSync(path, ['image,Opacity', ...files.map((file, index) => `${basename(file)},${1 - (index % 2)}`), 'absent.png,1'].join('\n'));
  return path;
}

describe.skipIf(chromiumPath === undefined)('what the studio keeps (skipped without Chromium)', () => {
  let studio: OpenStudio;
  let page: Page;
  const go = (name: string): Promise<void> => page.getByRole('navigation').getByRole('link', { name }).click();
  /** The brightest level in the upper middle of the viewer, where no text of the page lies over it. */
  const brightest = async (): Promise<number> => {
    const { x, y, width, height } = (await page.locator('.viewer canvas').boundingBox()) as { x: number; y: number; width: number; height: number };
    return levelsOf(await page.screenshot({ clip: { x: x + width / 4, y: y + height / 4, width: width / 2, height: height / 8 } })).highest;
  };
  const footer = (text: string): Promise<void> => page.locator('footer').getByText(text).waitFor();
  beforeAll(async () => {
    studio = await openStudio({ query: '?backend=simd' });
    ({ page } = studio);
    page.setDefaultTimeout(PATIENCE);
    await page.getByTestId('folder').setInputFiles(patientFolders());
    await footer(`${files.length} images, 0 of them labelled`);
  }, PATIENCE);
  afterAll(() => studio?.close());
  const step = stepsOf();

  step('takes a file that comes again for what it is', async () => {
    await page.getByTestId('files').setInputFiles(files.slice(0, 3));
    await page.locator('.repeated').getByText('3 files were open already').waitFor();
    expect(await page.locator('.bad').count()).toBe(0);
    expect(await page.locator('nav .count').innerText()).toBe(String(files.length));
  });

  step('takes labels from a table, but for those that were given here', async () => {
    await go('Label & learn');
    await page.getByLabel('Name of a finding').fill('Opacity');
    await page.getByRole('button', { name: 'Add finding' }).click();
    await page.getByRole('listbox', { name: 'Images to label' }).focus();
    await page.keyboard.press('Home');
    const first = await page.locator('.cell[aria-selected=true]').getAttribute('title') as string;
    const isPresent = files.findIndex((path) => basename(path) === basename(first)) % 2 === 0;
    await page.keyboard.press(isPresent ? 'n' : 'y'); // against the table
    await go('Images');
    await page.getByTestId('files').setInputFiles(labelTable());
    await page.getByText(`${files.length - 1} labels of Opacity were taken from labels.csv; 1 stays as labelled here, against the table; 1 row names no open image, or may mean several.`).waitFor();
    await footer(`${files.length} images, ${files.length} of them labelled`);
    expect(await axeFaults(page)).toEqual([]);
  });

  step('says when it does not know whose images they are, and takes folders for patients', async () => {
    await go('Label & learn');
    await page.getByTestId('patients').getByText('No labelled image says whose it is').waitFor();
    await page.getByRole('checkbox', { name: 'Images of one folder are of one patient' }).check();
    await page.getByTestId('patients').waitFor({ state: 'detached' });
    expect(await axeFaults(page)).toEqual([]);
  });

  step('closes an image with its labels, after a question', async () => {
    await go('Images');
    await page.getByRole('option').first().click();
    await page.getByRole('button', { name: 'Close image' }).click();
    await page.getByRole('dialog').getByText('Its label is deleted').waitFor();
    await page.getByRole('button', { name: 'Close it' }).click();
    await footer(`${files.length - 1} images, ${files.length - 1} of them labelled`);
    await page.reload();
    await footer(`${files.length - 1} images, ${files.length - 1} of them labelled`);
    await page.waitForFunction(() => !document.querySelector('.status progress'));
    await go('Label & learn');
    expect(await page.getByRole('checkbox', { name: 'Images of one folder are of one patient' }).isChecked()).toBe(true);
  });

  step('works in one window at a time, the one that asked last', async () => {
    const other = await page.context().newPage();
    await other.goto(`${studio.url}?backend=simd`);
    await other.getByRole('heading', { name: 'open in another window' }).waitFor();
    expect(await axeFaults(other)).toEqual([]);
    await other.getByRole('button', { name: 'Use it here' }).click();
    await other.locator('footer').getByText(`${files.length - 1} images, ${files.length - 1} of them labelled`).waitFor();
    await page.getByRole('heading', { name: 'open in another window' }).waitFor();
    await other.close();
    await page.reload();
    await footer(`${files.length - 1} images, ${files.length - 1} of them labelled`);
  });

  step('asks before a run takes the place of another', async () => {
    await go('Pre-train');
    await page.waitForFunction(() => !document.querySelector('.status progress'));
    await page.getByLabel('Begin with').selectOption('random');
    await page.getByLabel('Images in a batch').fill('4');
    await page.getByLabel('Steps').fill('2');
    await page.getByRole('button', { name: /^Begin on/ }).click();
    await page.getByTestId('run-state').getByText('Done at step 2:').waitFor();
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('3');
    await page.getByRole('button', { name: /^Begin a new run on/ }).click();
    await page.getByRole('dialog').getByText('stands at step 2 of 2').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByTestId('run-state').getByText('Done at step 3:').waitFor();
    await page.reload();
    await page.getByTestId('run-state').getByText('Done at step 3:').waitFor();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('No run yet.').waitFor();
    await page.reload();
    await page.getByText('No run yet.').waitFor();
  });

  step('takes a label back, and goes to its image', async () => {
    await go('Label & learn');
    await page.getByRole('listbox', { name: 'Images to label' }).focus();
    await page.keyboard.press('End');
    const last = await page.locator('.cell[aria-selected=true]').getAttribute('title');
    await page.keyboard.press('Backspace');
    await footer(`${files.length - 1} images, ${files.length - 2} of them labelled`);
    await page.keyboard.press('Home');
    await page.keyboard.press('u');
    await footer(`${files.length - 1} images, ${files.length - 1} of them labelled`);
    expect(await page.locator('.cell[aria-selected=true]').getAttribute('title')).toBe(last);
  });

  step('closes all by key, and shows none of them any more', async () => {
    await page.getByRole('button', { name: 'Remove Opacity and its labels' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).last().click();
    await footer(`${files.length - 1} images, 0 of them labelled`);
    await go('Images');
    await page.getByTestId('files').setInputFiles(bad.slice(0, 1)); // the view stays while there is a bad file to tell of
    await page.locator('.viewer canvas[data-ready]').waitFor();
    expect(await brightest()).toBeGreaterThan(150);
    await page.getByRole('listbox').focus();
    for (let image = 1; image < files.length; image++) await page.keyboard.press('Delete');
    await footer('0 images, 0 of them labelled');
    await page.locator('.viewer canvas:not([data-ready])').waitFor();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await brightest()).toBeLessThan(150);
  });

  step('did not fail in silence', async () => {
    expect(studio.faults).toEqual([]);
  });
});
