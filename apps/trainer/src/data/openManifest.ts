import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readTable } from '@cxr-ifa/datasets';
import { InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { SPLIT_NAMES } from '../classify/selectLabelled.ts';
import { openImageCache, type ImageCache } from '../input/imageCache.ts';
import { readRecords } from '../input/readRecords.ts';
import { readText } from '../input/readText.ts';
import type { CheckOptions } from '../options/checkOptions.ts';
import { runImages } from '../report/runImages.ts';
import { readRunFile } from '../run/runDirectory.ts';
import { readTrainedImages } from '../run/trainedImages.ts';
import { readSplitFile } from './splitFile.ts';

/** One of the data sets that are checked against one another. */
export interface Manifest {
  /** As it was named on the command line. */
  readonly name: string;
  readonly images: readonly ManifestImage[];
  /** The key of the patients' pseudonyms, in hexadecimal; none where they are ids. */
  readonly salt: string | undefined;
  /** What cannot be compared of it, in words. */
  readonly notes: readonly string[];
}

/** One image of a manifest. */
export interface ManifestImage {
  readonly path: string;
  readonly patient: string | undefined;
  /** train, val or test where the publisher's name is one for that; the publisher's name otherwise. */
  readonly split: string | undefined;
  /** The file, or where it lies among prepared images; none where neither is there. */
  readonly source: { readonly file: string } | { readonly cache: ImageCache; readonly index: number } | undefined;
}

/**
 * Opens what `data check` compares: a CSV file, a folder of images or of prepared ones, or a run, by what it was trained on.
 *
 * @throws {InputError} If it is none of these, or cannot be read.
 */
export async function openManifest(name: string, options: CheckOptions): Promise<Manifest> {
  const kind = await stat(name).catch(() => {
    throw new InputError(`Cannot check ${name} as there is no such file or folder`);
  });
  if (kind.isFile()) return openTable(name, options);
  const cache = await openImageCache(name);
  if (cache) return { name, salt: undefined, notes: ['patients are not known of prepared images'], images: cache.manifest.images.map((path, index) => ({ path, patient: undefined, split: undefined, source: { cache, index } })) };
  if (await stat(join(name, 'config.json')).then(() => true, () => false)) return openRun(name);
  return openTable(name, options);
}

async function openTable(name: string, options: CheckOptions): Promise<Manifest> {
  const isFolder = (await stat(name)).isDirectory();
  const made = isFolder ? undefined : await readSplitFile(name);
  const root = options.data ?? (made ? join(dirname(name), made.root) : isFolder ? name : dirname(name));
  const labelled = !isFolder || options.labelFormat !== 'plain';
  const columns = isFolder || options.labelFormat !== 'plain' ? {} : await columnsOf(name, options);
  const { records } = await readRecords({ ...options, patientColumn: undefined, splitColumn: undefined, ...columns, data: root, labels: labelled ? name : undefined, split: undefined });
  const [anonymous, apart] = [records.filter(({ patient }) => patient === undefined).length, records.filter(({ split }) => split === undefined).length];
  const notes = [
    ...(anonymous === records.length ? ['patients are not known: give --patient-column'] : anonymous > 0 ? [`${anonymous} images without a patient are compared as images only`] : []),
    ...(apart > 0 && apart < records.length ? [`${apart} images in no split are left out`] : []),
  ];
  return { name, salt: made?.salt ?? undefined, notes, images: records.map((record) => imageOf(record, root)) };
}

function imageOf({ path, patient, split }: ImageRecord, root: string): ManifestImage {
  return { path, patient, split: split === undefined ? undefined : (SPLIT_NAMES[split.toLowerCase()] ?? split), source: { file: join(root, path) } };
}

/** The columns that were named, which the file must have, or those of `data split`, which it may have. */
async function columnsOf(name: string, { patientColumn, splitColumn }: CheckOptions): Promise<{ patientColumn?: string; splitColumn?: string }> {
  const { columns } = readTable(await readText(name));
  const chosen = { patientColumn: patientColumn ?? (columns.includes('patient') ? 'patient' : undefined), splitColumn: splitColumn ?? (columns.includes('split') ? 'split' : undefined) };
  return { ...(chosen.patientColumn && { patientColumn: chosen.patientColumn }), ...(chosen.splitColumn && { splitColumn: chosen.splitColumn }) };
}

/** A run is compared as a training part. */
async function openRun(name: string): Promise<Manifest> {
  const trained = await readTrainedImages(name);
  if (!trained) throw new InputError(`Cannot check the run ${name} as it does not say what it was trained on: it has no trained-images.json`);
  const found = await runImages(name, await readRunFile(name, 'config.json'), await readRunFile(name, 'run-card.json'));
  const cache = 'missing' in found ? undefined : found;
  const positions = new Map(cache?.manifest.images.map((path, index) => [path, index]));
  const images = trained.images.map(({ path, patient }): ManifestImage => {
    const index = positions.get(path);
    return { path, patient: patient ?? undefined, split: 'train', source: cache && index !== undefined ? { cache, index } : undefined };
  });
  // Of earlier runs only patients are known, and no paths
  const earlier = trained.earlier.map(({ patient }, index): ManifestImage => ({ path: `earlier run, image ${index + 1}`, patient: patient ?? undefined, split: 'train', source: undefined }));
  const unseen = images.filter(({ source }) => source === undefined).length + earlier.length;
  return {
    name,
    salt: trained.salt,
    images: [...images, ...earlier],
    notes: [
      ...(images.some(({ patient }) => patient !== undefined) ? [] : ['patients are not known: it was trained on images without them']),
      ...(unseen > 0 ? [`${unseen} of its images are not there any more, and are compared by patient only`] : []),
    ],
  };
}
