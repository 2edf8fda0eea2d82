import { join } from 'node:path';
import { patientsOf, type DroppedRecords, type Unmatched } from '@cxr-ifa/datasets';
import { InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { CXR_NORMALISATION } from '@cxr-ifa/transforms';
import type { CommandContext } from '../commands/command.ts';
import { nameExamples } from '../input/describeSelection.ts';
import { mapInOrder } from '../input/mapInOrder.ts';
import { readRecords, type ImageSelection } from '../input/readRecords.ts';
import { createWorkerPool, type WorkerPool } from '../input/workerPool.ts';
import type { InspectOptions } from '../options/inspectOptions.ts';
import { formatTable } from '../output/formatTable.ts';
import { writeJson } from '../run/runDirectory.ts';
import type { Terminal } from '../terminal.ts';
import type { ImageFacts } from './inspectImage.ts';
import { reviewImages, type QualityReview } from './reviewImages.ts';
import { summariseImages, type ImageSummary, type Spread } from './summariseImages.ts';

/** Says what a data set is, before anything is trained on it: files, sizes, intensities, patients, labels. Never who the patients are. */
export async function inspectData(options: InspectOptions, { terminal }: CommandContext): Promise<void> {
  const { out, page, workers, clipPercentile, findings: findingColumns } = options;
  const selection = await readRecords({ ...options, findingColumns });
  const { records } = selection;
  const pool = createWorkerPool(workers);
  try {
    const facts = await readFacts(selection, { clipPercentile, pool, terminal });
    const images = summariseImages(records.map(({ path }) => path), facts);
    const review = reviewImages(facts);
    const patients = patientsOf(records);
    const known = records.some(({ patient }) => patient !== undefined);
    const summary: Summary = { data: options.data, read: selection.total, dropped: selection.dropped, unmatched: selection.unmatched ?? [], selected: records.length, images, patients: known ? patients.size : null, mostImagesOfAPatient: known ? Math.max(...[...patients.values()].map(({ length }) => length)) : null, splits: countSplits(records), findings: countFindings(records, selection.findings) };
    for (const line of describe(summary)) terminal.print(line);
    for (const line of describeReview(review, images.usable)) terminal.print(line);
    if (out !== undefined) {
      const concerns = review.concerns.map(({ name, meaning, images: found }) => ({ name, meaning, images: found.map(({ index, measure }) => ({ path: records[index]?.path, ...(measure && { measure }) })) }));
      await writeJson(out, { ...summary, quality: { typicalIsInverted: review.typicalIsInverted, compared: review.compared, concerns } });
      terminal.print(`The same figures are in ${out}`);
    }
    if (page !== undefined) {
      const { writeQualityPage } = await import('./writeQualityPage.ts'); // with charts, which take a moment to load
      await writeQualityPage({ path: page, title: `Images of ${options.data}`, selection, facts, review, described: factRows(summary).slice(1), clipPercentile, pool });
      terminal.print(`The page is ${page}`);
    }
    if (images.usable === 0) throw new InputError(`Cannot use any of the ${records.length} files in ${options.data}`);
  } finally {
    await pool.close();
  }
}

async function readFacts({ records, root }: ImageSelection, { clipPercentile, pool, terminal }: { readonly clipPercentile: number; readonly pool: WorkerPool; readonly terminal: Terminal }): Promise<ImageFacts[]> {
  const progress = terminal.progress('Reading images', records.length, 'images');
  const facts: ImageFacts[] = [];
  try {
    for await (const fact of mapInOrder(records, ({ path }) => pool.run('inspect', { path: join(root, path), clipPercentile }), 4 * pool.size)) {
      facts.push(fact);
      progress.update(facts.length);
    }
  } finally {
    progress.finish();
  }
  return facts;
}

function* describeReview({ concerns, typicalIsInverted, compared }: QualityReview, usable: number): Generator<string> {
  if (typicalIsInverted) yield 'The typical image of this set looks inverted: its spine is darker than its lungs';
  if (!compared) yield 'Too few images to compare each with the typical one: orientation was not looked at';
  if (concerns.length === 0) return;
  yield '';
  yield* formatTable([['deserve a look', 'images', 'share'], ...concerns.map(({ name, images }) => [name, String(images.length), `${((100 * images.length) / usable).toFixed(1)} %`])]);
}

interface Summary {
  readonly data: string;
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

/** What the set is, as rows of a table. */
function factRows({ read, dropped, unmatched, selected, images, patients, mostImagesOfAPatient }: Summary): [name: string, value: string][] {
  const { bad, formats, width, height, sizes, intensity } = images;
  const spread = ({ smallest, median, largest }: Spread): string => `${smallest} to ${largest}, median ${median}`;
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
  return [['what', 'value'], ...rows];
}

function* describe(summary: Summary): Generator<string> {
  const { selected, images, patients, splits, findings } = summary;
  const badFiles = selected - images.usable;
  yield* formatTable(factRows(summary), { align: 'left' });
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
