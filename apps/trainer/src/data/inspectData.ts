import { join } from 'node:path';
import { patientsOf, type DroppedRecords, type Unmatched } from '@cxr-ifa/datasets';
import { InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { CXR_NORMALISATION } from '@cxr-ifa/transforms';
import type { CommandContext } from '../commands/command.ts';
import { nameExamples } from '../input/describeSelection.ts';
import { mapInOrder } from '../input/mapInOrder.ts';
import { readRecords } from '../input/readRecords.ts';
import { createWorkerPool } from '../input/workerPool.ts';
import type { InspectOptions } from '../options/inspectOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { writeJson } from '../run/runDirectory.ts';
import type { ImageFacts } from './inspectImage.ts';
import { summariseImages, type ImageSummary, type Spread } from './summariseImages.ts';

/** Says what a data set is, before anything is trained on it: files, sizes, intensities, patients, labels. Never who the patients are. */
export async function inspectData(options: InspectOptions, { terminal }: CommandContext): Promise<void> {
  const { out, workers, clipPercentile, findings: findingColumns } = options;
  const selection = await readRecords({ ...options, findingColumns });
  const { records, root } = selection;
  const pool = createWorkerPool(workers);
  const progress = terminal.progress('Reading images', records.length, 'images');
  const facts: ImageFacts[] = [];
  try {
    for await (const fact of mapInOrder(records, ({ path }) => pool.run('inspect', { path: join(root, path), clipPercentile }), 4 * pool.size)) {
      facts.push(fact);
      progress.update(facts.length);
    }
  } finally {
    progress.finish();
    await pool.close();
  }
  const images = summariseImages(records.map(({ path }) => path), facts);
  const patients = patientsOf(records);
  const known = records.some(({ patient }) => patient !== undefined);
  const summary = { data: options.data, read: selection.total, dropped: selection.dropped, unmatched: selection.unmatched ?? [], selected: records.length, images, patients: known ? patients.size : null, mostImagesOfAPatient: known ? Math.max(...[...patients.values()].map(({ length }) => length)) : null, splits: countSplits(records), findings: countFindings(records, selection.findings) };
  for (const line of describe(summary)) terminal.print(line);
  if (out !== undefined) {
    await writeJson(out, summary);
    terminal.print(`The same figures are in ${out}`);
  }
  if (images.usable === 0) throw new InputError(`Cannot use any of the ${records.length} files in ${options.data}`);
}

interface Summary {
  readonly read: number;
  readonly dropped: readonly DroppedRecords[];
  readonly unmatched: readonly Unmatched[];
  readonly selected: number;
  readonly images: ImageSummary;
  readonly patients: number | null;
  readonly mostImagesOfAPatient: number | null;
  readonly splits: Readonly<Record<string, { images: number; patients: number }>>;
  readonly findings: Readonly<Record<string, Record<'positive' | 'negative' | 'uncertain' | 'blank', number>>>;
}

function* describe({ read, dropped, unmatched, selected, images, patients, mostImagesOfAPatient, splits, findings }: Summary): Generator<string> {
  const { bad, formats, width, height, sizes, intensity } = images;
  const spread = ({ smallest, median, largest }: Spread): string => `${smallest} to ${largest}, median ${median}`;
  const badFiles = selected - images.usable;
  const rows: [string, string][] = [
    ['files or rows read', String(read)],
    ...dropped.map(({ reason, count, examples }): [string, string] => ['  left out', `${count}: ${reason}${nameExamples(count, examples)}`]),
    ...unmatched.map(({ what, count, examples }): [string, string] => ['  beside', `${count} ${what}${nameExamples(count, examples)}`]),
    ['images', `${selected}, of which ${images.usable} can be used`],
    ...bad.map(({ reason, count, examples }): [string, string] => ['  bad', `${count}: ${reason} (${examples.join(', ')}${count > examples.length ? ', ...' : ''})`]),
    ['patients', patients === null ? 'unknown: give --patient-column, or images of one patient count as independent' : `${patients}, with up to ${mostImagesOfAPatient} images`],
  ];
  if (images.usable > 0) {
    rows.push(
      ['formats', Object.entries(formats).map(([format, count]) => `${format}: ${count}`).join('; ')],
      ['width in pixels', spread(width)],
      ['height in pixels', spread(height)],
      ['frequent sizes', sizes.map(({ size, count }) => `${size} (${count})`).join(', ')],
      ['intensity, 0 to 1', `mean ${intensity.mean.toFixed(3)}, standard deviation ${intensity.standardDeviation.toFixed(3)} (normalised with ${CXR_NORMALISATION.mean} and ${CXR_NORMALISATION.std})`],
    );
  }
  yield* formatTable([['what', 'value'], ...rows], { align: 'left' });
  if (badFiles > 0) yield `${badFiles} bad files: pretrain, embed and classify refuse them, or leave them out with --on-bad-file skip`;
  const splitRows = Object.entries(splits).map(([split, { images: inSplit, patients: patientsInSplit }]) => [split, String(inSplit), patients === null ? 'unknown' : String(patientsInSplit)]);
  if (splitRows.length > 0) yield* ['', ...formatTable([['split', 'images', 'patients'], ...splitRows])];
  const findingRows = Object.entries(findings).map(([finding, { positive, negative, uncertain, blank }]) => [finding, ...[positive, negative, uncertain, blank].map(String)]);
  if (findingRows.length > 0) yield* ['', ...formatTable([['finding', 'positive', 'negative', 'uncertain', 'blank'], ...findingRows])];
}

function countSplits(records: readonly ImageRecord[]): Record<string, { images: number; patients: number }> {
  const splits = [...new Set(records.map(({ split }) => split))];
  if (splits.length === 1 && splits[0] === undefined) return {};
  return Object.fromEntries(
    splits.map((split) => {
      const own = records.filter((record) => record.split === split);
      return [split ?? 'none', { images: own.length, patients: patientsOf(own).size }];
    }),
  );
}

function countFindings(records: readonly ImageRecord[], findings: readonly string[]): Summary['findings'] {
  return Object.fromEntries(
    findings.map((finding) => {
      const states = records.map((record) => record.findings[finding] ?? 'unmentioned');
      const count = (state: unknown): number => states.filter((own) => own === state).length;
      return [finding, { positive: count(1), negative: count(0), uncertain: count('uncertain'), blank: count('unmentioned') }];
    }),
  );
}
