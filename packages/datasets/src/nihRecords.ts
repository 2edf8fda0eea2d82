import { InputError, type Box, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';
import { columnReader } from './columnReader.ts';
import { parseBox } from './parseBox.ts';
import { readTable } from './readTable.ts';
import { NAMED_EXAMPLES, type RecordSelection } from './recordSelection.ts';
import { requireUnique } from './requireUnique.ts';

/** The fourteen findings of ChestX-ray14, as its files write them. */
export const NIH_FINDINGS: readonly string[] = [
  'Atelectasis',
  'Cardiomegaly',
  'Consolidation',
  'Edema',
  'Effusion',
  'Emphysema',
  'Fibrosis',
  'Hernia',
  'Infiltration',
  'Mass',
  'Nodule',
  'Pleural_Thickening',
  'Pneumonia',
  'Pneumothorax',
];

const NO_FINDING = 'No Finding';

/** No patient is older; the publisher's files contain ages like 411. */
const HIGHEST_AGE = 120;

/** The texts of ChestX-ray14's other files. */
export interface NihLists {
  /** `train_val_list.txt` and `test_list.txt` set `split` to `train_val` or `test`; an image in neither has none. */
  readonly trainValList?: string | undefined;
  readonly testList?: string | undefined;
  /** `BBox_List_2017.csv`: boxes of some images, in pixels of the 1024 x 1024 files. With it, every record has `boxes`: an empty list says that none were drawn. */
  readonly boxList?: string | undefined;
}

/**
 * Reads ChestX-ray14's `Data_Entry_2017.csv` or `Data_Entry_2017_v2020.csv`. Labels are text-mined and name what is present,
 * so a finding that is not named is 0; `No Finding` is a fifteenth one. An age that cannot be is left out.
 *
 * @param dataEntry The text of the Data_Entry file.
 * @param lists The texts of the official lists and of the boxes.
 * @returns All records, in the file's order; boxes of images that the table does not list are unmatched.
 * @throws {InputError} If a column is missing, a label, an age or a box cannot be read, an image appears twice or is in both lists.
 * @see Wang et al. 2017, ChestX-ray8, CVPR
 */
export function nihRecords(dataEntry: string, { trainValList, testList, boxList }: NihLists = {}): RecordSelection {
  const table = readTable(dataEntry);
  const [image, labels, patient, age, sex, view] = ['Image Index', 'Finding Labels', 'Patient ID', 'Patient Age', 'Patient Gender', 'View Position'].map((name) => columnReader(table, name)) as [Cell, Cell, Cell, Cell, Cell, Cell];
  requireUnique(table.rows, image, 'Image Index');
  const splits = officialSplits(trainValList, testList);
  const boxes = boxList === undefined ? undefined : boxesOf(boxList);
  const findings = [...NIH_FINDINGS, NO_FINDING];
  const records = table.rows.map((row): ImageRecord => {
    const path = image(row);
    const split = splits.get(path);
    const years = parseAge(age(row), row.number);
    return {
      path,
      patient: patient(row),
      view: view(row),
      sex: sex(row),
      ...(years !== undefined && { age: years }),
      ...(split && { split }),
      findings: parseLabels(labels(row), findings, row.number),
      ...(boxes && { boxes: boxes.get(path) ?? [] }),
    };
  });
  const strangers = new Set(boxes?.keys());
  for (const { path } of records) strangers.delete(path);
  const selection = { records, findings, total: records.length, dropped: [] };
  return strangers.size === 0 ? selection : { ...selection, unmatched: [{ what: 'images with boxes that the table does not list', count: strangers.size, examples: [...strangers].slice(0, NAMED_EXAMPLES) }] };
}

type Cell = ReturnType<typeof columnReader>;

function parseLabels(cell: string, findings: readonly string[], row: number): Record<string, FindingState> {
  const named = cell.split('|');
  const unknown = named.find((name) => !findings.includes(name));
  if (unknown !== undefined) throw new InputError(`Cannot read the labels of row ${row} as they must be ChestX-ray14's findings: current value is ${unknown || 'blank'}`);
  return Object.fromEntries(findings.map((name) => [name, named.includes(name) ? 1 : 0]));
}

/** The years of `58`, or of `058Y`, `007M` and `012D` as the first edition wrote them. */
function parseAge(cell: string, row: number): number | undefined {
  if (cell === '') return undefined;
  const [, digits, unit] = /^(\d+)([YMD]?)$/.exec(cell) ?? [];
  if (digits === undefined) throw new InputError(`Cannot read the age of row ${row} as it must be a number of years: current value is ${cell}`);
  const years = Number(digits) / (unit === 'M' ? 12 : unit === 'D' ? 365.25 : 1);
  return years <= HIGHEST_AGE ? years : undefined;
}

function officialSplits(trainValList = '', testList = ''): Map<string, string> {
  const splits = new Map<string, string>();
  for (const [split, list] of [['train_val', trainValList] as const, ['test', testList] as const]) {
    for (const line of list.split('\n')) {
      const path = line.trim();
      if (path === '') continue;
      if ((splits.get(path) ?? split) !== split) throw new InputError(`Cannot read the official lists as an image must be in one of them: ${path} is in both`);
      splits.set(path, split);
    }
  }
  return splits;
}

/** The header names four columns as one, `Bbox [x,y,w,h]`, and ends in empty ones. */
function boxesOf(text: string): Map<string, { finding: string; box: Box }[]> {
  const table = readTable(text);
  const [image, label] = [columnReader(table, 'Image Index'), columnReader(table, 'Finding Label')];
  const sides = ['Bbox [x', 'y', 'w', 'h]'].map((name) => columnReader(table, name));
  const boxes = new Map<string, { finding: string; box: Box }[]>();
  for (const row of table.rows) {
    const finding = label(row) === 'Infiltrate' ? 'Infiltration' : label(row); // as Data_Entry has it
    if (!NIH_FINDINGS.includes(finding)) throw new InputError(`Cannot read the finding of row ${row.number} as it must be one of ChestX-ray14's: current value is ${finding || 'blank'}`);
    const box = parseBox(sides.map((cell) => cell(row)) as [string, string, string, string], row.number);
    if (!box) throw new InputError(`Cannot read row ${row.number} as its box is blank`);
    const own = boxes.get(image(row));
    if (own) own.push({ finding, box });
    else boxes.set(image(row), [{ finding, box }]);
  }
  return boxes;
}
