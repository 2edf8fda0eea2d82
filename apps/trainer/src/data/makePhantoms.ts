import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCsv, splitByPatient, type Cell } from '@cxr-ifa/datasets';
import { phantomFindings, phantomSet, type PhantomRecord } from '@cxr-ifa/phantom';
import { createRng, type ImageRecord } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import type { PhantomOptions } from '../options/phantomOptions.ts';
import { encodeGrayPng } from '../output/encodeGrayPng.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { claimFolder, writeJson } from '../run/runDirectory.ts';

/** What is kept of an image once it is written. */
type Label = Pick<PhantomRecord, 'name' | 'patient' | 'followUp' | 'findings' | 'boxes'>;

/**
 * Writes a data set of chest phantoms: `images/`, `labels.csv` (a split by patient, a column a finding) and `boxes.json` (COCO).
 * Names and order say nothing of patients and findings.
 */
export async function makePhantoms({ out, count, size, seed, prevalence }: PhantomOptions, { terminal }: CommandContext): Promise<void> {
  await claimFolder(out);
  const rng = createRng(seed);
  await mkdir(join(out, 'images'), { recursive: true });
  const progress = terminal.progress('Making phantoms', count, 'images');
  const labels: Label[] = [];
  try {
    for (const { name, patient, followUp, image, findings, boxes } of phantomSet({ rng, count, size, ...(prevalence !== undefined && { prevalence }) })) {
      await atomicWrite(join(out, 'images', `${name}.png`), encodeGrayPng(image.data, size, size));
      labels.push({ name, patient, followUp, findings, boxes });
      progress.update(labels.length);
    }
  } finally {
    progress.finish();
  }
  labels.sort((a, b) => (a.name < b.name ? -1 : 1));
  const records = splitByPatient(labels.map(({ name, patient, findings }): ImageRecord => ({ path: `images/${name}.png`, patient, findings })), { fractions: { train: 0.7, val: 0.1, test: 0.2 }, rng: rng.fork('split') });
  const rows = records.map(({ path, patient, split, findings }, row): Cell[] => [path, patient, split, labels[row]?.followUp, ...phantomFindings.map((finding) => findings[finding] as 0 | 1)]);
  await atomicWrite(join(out, 'labels.csv'), formatCsv([['path', 'patient', 'split', 'follow_up', ...phantomFindings], ...rows]));
  await writeJson(join(out, 'boxes.json'), cocoOf(labels, size));
  await writeJson(join(out, 'phantom.json'), { count, size, seed, prevalence: prevalence ?? 'default', note: 'Computed images of no person: for tests and examples, not for training what is used on patients.' });
  const positives = phantomFindings.map((finding) => `${finding} ${labels.filter((label) => label.findings[finding] === 1).length}`);
  terminal.print(`${labels.length} images of ${new Set(labels.map(({ patient }) => patient)).size} patients are in ${out} (${positives.join(', ')}; ${labels.filter(({ boxes }) => boxes.length === 0).length} without a finding)`);
}

/** Boxes in COCO's format: left, top, width, height in pixels. */
function cocoOf(labels: readonly Label[], size: number): object {
  const annotations = labels.flatMap(({ boxes }, image) => boxes.map(({ finding, box }) => ({ image_id: image + 1, category_id: phantomFindings.indexOf(finding) + 1, bbox: box, area: box[2] * box[3], iscrowd: 0 })));
  return {
    images: labels.map(({ name }, index) => ({ id: index + 1, file_name: `images/${name}.png`, width: size, height: size })),
    categories: phantomFindings.map((name, index) => ({ id: index + 1, name })),
    annotations: annotations.map((annotation, index) => ({ id: index + 1, ...annotation })),
  };
}
