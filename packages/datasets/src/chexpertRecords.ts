import { InputError, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';
import { columnReader } from './columnReader.ts';
import { findingState } from './findingState.ts';
import { readTable, type Table, type TableRow } from './readTable.ts';
import { NAMED_EXAMPLES, type RecordSelection } from './recordSelection.ts';
import { requireUnique } from './requireUnique.ts';

/** The fourteen observations of CheXpert and of MIMIC-CXR-JPG, as their files write them. */
export const CHEXPERT_FINDINGS: readonly string[] = [
  'No Finding',
  'Enlarged Cardiomediastinum',
  'Cardiomegaly',
  'Lung Opacity',
  'Lung Lesion',
  'Edema',
  'Consolidation',
  'Pneumonia',
  'Atelectasis',
  'Pneumothorax',
  'Pleural Effusion',
  'Pleural Other',
  'Fracture',
  'Support Devices',
];

/** `CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg`, with or without what stands before and behind. */
const STUDY = /(?:^|\/)(?:(train|valid|test)\/)?((patient\d+)\/study\d+)(?:\/|$)/;
const SEX: Readonly<Record<string, string | undefined>> = { Male: 'M', Female: 'F', Unknown: undefined, '': undefined };

/**
 * Reads CheXpert's `train.csv` or `valid.csv`, or the labels of its test set: by image (`test_labels.csv`, a column `Path`)
 * or by study (`groundtruth.csv`, a column `Study`), both without sex, age and view. Patient, study and split come from the path.
 * The `view` of a lateral image is `Lateral`, that of a frontal one AP, PA, LL or RL.
 *
 * @param text The file's text.
 * @param options `paths` of the images that there are: a study's labels are those of each of its images, so a file by study needs them.
 * @throws {InputError} If a column is missing, a path names no patient and study or appears twice, a cell cannot be read, or a file by study comes without `paths`.
 * @see Irvin et al. 2019, CheXpert, AAAI; https://github.com/rajpurkarlab/cheXpert-test-set-labels
 */
export function chexpertRecords(text: string, { paths }: { readonly paths?: Iterable<string> } = {}): RecordSelection {
  const table = readTable(text);
  const byStudy = !table.columns.includes('Path') && table.columns.includes('Study');
  const column = byStudy ? 'Study' : 'Path';
  const path = columnReader(table, column);
  requireUnique(table.rows, path, column);
  const { findings, read } = observationReaders(table);
  const details = detailReader(table);
  if (!byStudy) {
    const records = table.rows.map((row): ImageRecord => ({ path: path(row), ...partsOf(path(row), row.number), ...details(row), findings: read(row) }));
    return { records, findings, total: records.length, dropped: [] };
  }
  if (paths === undefined) throw new InputError('Cannot read labels by study without the paths of the images, as each image has the labels of its study: name the folder of the images');
  const images = imagesByStudy(paths);
  const total = { records: 0, missing: [] as string[] };
  const records = table.rows.flatMap((row): ImageRecord[] => {
    const parts = partsOf(path(row), row.number);
    const own = images.get(parts.study) ?? [];
    total.records += Math.max(1, own.length);
    if (own.length === 0) total.missing.push(path(row));
    const states = read(row);
    return own.map((image) => ({ path: image, ...parts, findings: states }));
  });
  const dropped = total.missing.length > 0 ? [{ reason: 'study without an image', count: total.missing.length, examples: total.missing.slice(0, NAMED_EXAMPLES) }] : [];
  return { records, findings, total: total.records, dropped };
}

function partsOf(path: string, row: number): { patient: string; study: string; split?: string } {
  const [, split, study, patient] = STUDY.exec(path) ?? [];
  if (study === undefined || patient === undefined) throw new InputError(`Cannot read the path of row ${row} as it must name a patient and a study, such as patient00001/study1: current value is ${path}`);
  return { patient, study, ...(split && { split }) };
}

/** In the order of the paths, whatever order the host lists them in; a path without patient and study is none of CheXpert's. */
function imagesByStudy(paths: Iterable<string>): Map<string, string[]> {
  const images = new Map<string, string[]>();
  for (const path of [...paths].sort()) {
    const study = STUDY.exec(path)?.[2];
    if (study !== undefined) images.set(study, [...(images.get(study) ?? []), path]);
  }
  return images;
}

/** Reads those of the fourteen observations that the table has. */
export function observationReaders(table: Table): { findings: string[]; read(row: TableRow): Record<string, FindingState> } {
  const findings = CHEXPERT_FINDINGS.filter((name) => table.columns.includes(name));
  if (findings.length === 0) throw new InputError(`Cannot read the labels as the table has none of CheXpert's observations, such as ${CHEXPERT_FINDINGS[1]}: its columns are ${table.columns.join(', ')}`);
  const readers = findings.map((name) => [name, columnReader(table, name)] as const);
  return { findings, read: (row) => Object.fromEntries(readers.map(([name, cell]) => [name, findingState(cell(row), name, row.number)])) };
}

/** Sex, age and view, where the file has them. */
function detailReader(table: Table): (row: TableRow) => Partial<ImageRecord> {
  const optional = (name: string): ((row: TableRow) => string) => (table.columns.includes(name) ? columnReader(table, name) : () => '');
  const [sex, age, side, projection] = [optional('Sex'), optional('Age'), optional('Frontal/Lateral'), optional('AP/PA')];
  return (row) => {
    if (!Object.hasOwn(SEX, sex(row))) throw new InputError(`Cannot read the sex of row ${row.number} as it must be Male, Female or Unknown: current value is ${sex(row)}`);
    const years = age(row) === '' ? 0 : Number(age(row));
    if (!(years >= 0 && years < Infinity)) throw new InputError(`Cannot read the age of row ${row.number} as it must be a number of years: current value is ${age(row)}`);
    if (!['Frontal', 'Lateral', ''].includes(side(row))) throw new InputError(`Cannot read the view of row ${row.number} as it must be Frontal or Lateral: current value is ${side(row)}`);
    const view = side(row) === 'Lateral' ? 'Lateral' : projection(row);
    const code = SEX[sex(row)];
    // CheXpert's patients are adults: an age of 0 is an unknown one
    return { ...(view && { view }), ...(code && { sex: code }), ...(years > 0 && { age: years }) };
  };
}
