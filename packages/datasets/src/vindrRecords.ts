import { InputError, type Box, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';
import { checkStates } from './checkStates.ts';
import { columnReader } from './columnReader.ts';
import { groupRows } from './groupRows.ts';
import { parseBox } from './parseBox.ts';
import { readTable, type Table, type TableRow } from './readTable.ts';
import { NAMED_EXAMPLES, type RecordSelection } from './recordSelection.ts';

/** The texts of VinDr-CXR's tables of one split: at least one of them. */
export interface VindrTables {
  /** `annotations_train.csv`, `annotations_test.csv`, or Kaggle's `train.csv`: a row a box, or one without a box where a reader found nothing. */
  readonly annotations?: string | undefined;
  /** `image_labels_train.csv` or `image_labels_test.csv`: a row an image and reader, a column a finding. */
  readonly imageLabels?: string | undefined;
}

/** What is to be made of them. */
export interface VindrOptions {
  /** The records' split, such as `train`: the tables do not say it. */
  readonly split?: string;
  /** A finding over which an image's readers differ is `uncertain`, for the label policy to decide, or what most of them say (`uncertain` at a tie). @default {'uncertain'} */
  readonly disagreement?: 'uncertain' | 'majority';
}

/** A box of this class is none. */
const NO_FINDING = 'No finding';

/**
 * Reads VinDr-CXR. Each training image was read by three radiologists and each test image by consensus: boxes are kept as every reader drew them,
 * with `reader`; they are not fused. Findings come from the image labels, or, without them, from the classes of each reader's boxes.
 * The path is the image's id, as the publisher writes it: a file of that name with any ending is meant. No patients are published, so each image stands for itself.
 *
 * @throws {InputError} If a column is missing, an id or a class is blank, a reader appears twice for an image, a box has no area, or a cell cannot be read.
 * @see Nguyen et al. 2022, VinDr-CXR, Scientific Data 9:429
 */
export function vindrRecords({ annotations, imageLabels }: VindrTables, { split, disagreement = 'uncertain' }: VindrOptions = {}): RecordSelection {
  const boxes = annotations === undefined ? undefined : readAnnotations(readTable(annotations));
  const labels = imageLabels === undefined ? boxes : readImageLabels(readTable(imageLabels));
  if (!labels) throw new InputError('Cannot read VinDr-CXR without a table: give the annotations, the image labels or both');
  const votes = [...labels.images.values()].reduce((sum, image) => sum + image.votes.length, 0);
  checkStates(labels.findings.length, votes, 'check the column class_name');
  const absent: Readonly<Record<string, FindingState>> = Object.fromEntries(labels.findings.map((name) => [name, 0]));
  const records = [...labels.images].map(([path, { votes }]): ImageRecord => {
    const spoken = [...new Set(votes.flatMap((vote) => Object.keys(vote)))];
    const states = spoken.map((name) => [name, fuse(votes.map((vote) => (Object.hasOwn(vote, name) ? (vote[name] as FindingState) : 0)), disagreement)] as const);
    const own = boxes?.images.get(path)?.boxes ?? [];
    return { path, ...(split && { split }), findings: { ...absent, ...Object.fromEntries(states) }, ...(boxes && { boxes: own }) };
  });
  const strangers = [...(boxes?.images.keys() ?? [])].filter((path) => !labels.images.has(path));
  return {
    records,
    findings: labels.findings,
    total: records.length,
    dropped: [],
    ...(strangers.length > 0 && { unmatched: [{ what: 'annotated images without image labels', count: strangers.length, examples: strangers.slice(0, NAMED_EXAMPLES) }] }),
  };
}

/** What readers say of one image: one vote a reader. */
interface ReadImage {
  readonly votes: readonly Readonly<Record<string, FindingState>>[];
  readonly boxes: readonly { finding: string; box: Box; reader?: string }[];
}
interface ReadImages {
  readonly findings: readonly string[];
  readonly images: ReadonlyMap<string, ReadImage>;
}

function fuse(states: readonly FindingState[], disagreement: 'uncertain' | 'majority'): FindingState {
  const [positive, negative] = [states.filter((state) => state === 1).length, states.filter((state) => state === 0).length];
  if (positive === states.length) return 1;
  if (negative === states.length) return 0;
  return disagreement === 'uncertain' || positive === negative ? 'uncertain' : positive > negative ? 1 : 0;
}

function readAnnotations(table: Table): ReadImages {
  const [image, name] = [columnReader(table, 'image_id'), columnReader(table, 'class_name')];
  const corners = ['x_min', 'y_min', 'x_max', 'y_max'].map((column) => columnReader(table, column));
  const reader = readerOf(table);
  const classes = new Set<string>();
  const images = new Map<string, ReadImage>();
  for (const [path, rows] of groupRows(table.rows, image, 'image_id')) {
    const named = new Map<string, Set<string>>();
    const boxes: { finding: string; box: Box; reader?: string }[] = [];
    for (const row of rows) {
      const finding = name(row);
      if (finding === '') throw new InputError(`Cannot read row ${row.number} as its class_name is blank`);
      classes.add(finding);
      const own = named.get(reader(row)) ?? new Set();
      named.set(reader(row), own.add(finding));
      const box = parseBox(corners.map((cell) => cell(row)) as [string, string, string, string], row.number, { corners: true });
      if (box && finding !== NO_FINDING) boxes.push({ finding, box, ...(reader(row) && { reader: reader(row) }) });
    }
    images.set(path, { votes: [...named.values()].map((names) => Object.fromEntries([...names].map((name) => [name, 1]))), boxes });
  }
  return { findings: [...classes].sort(), images };
}

/** Labels are 1 or 0 in every column but those of image and reader. */
function readImageLabels(table: Table): ReadImages {
  const image = columnReader(table, 'image_id');
  const reader = readerOf(table);
  const findings = table.columns.filter((column) => !['image_id', 'rad_id', 'rad_ID', ''].includes(column));
  const cells = findings.map((finding) => [finding, columnReader(table, finding)] as const);
  const images = new Map<string, ReadImage>();
  for (const [path, rows] of groupRows(table.rows, image, 'image_id')) {
    const seen = new Set<string>();
    const votes = rows.map((row) => {
      if (seen.has(reader(row))) throw new InputError(`Cannot read row ${row.number} as ${reader(row) ? `the reader ${reader(row)}` : 'a reader'} appears twice for the image ${path}`);
      seen.add(reader(row));
      return Object.fromEntries(cells.map(([finding, cell]) => [finding, binary(cell(row), finding, row.number)]));
    });
    images.set(path, { votes, boxes: [] });
  }
  return { findings, images };
}

/** The test tables have no reader; the tables spell the column in two ways. */
function readerOf(table: Table): (row: TableRow) => string {
  const column = ['rad_id', 'rad_ID'].find((name) => table.columns.includes(name));
  return column === undefined ? () => '' : columnReader(table, column);
}

function binary(cell: string, finding: string, row: number): FindingState {
  if (cell !== '1' && cell !== '0' && cell !== '1.0' && cell !== '0.0') throw new InputError(`Cannot read finding ${finding} of row ${row} as it must be 1 or 0: current value is ${cell || 'blank'}`);
  return cell.startsWith('1') ? 1 : 0;
}
