import { InputError, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';
import { columnReader } from './columnReader.ts';
import { readTable } from './readTable.ts';
import type { RecordSelection } from './recordSelection.ts';

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

/**
 * Reads ChestX-ray14's `Data_Entry_2017.csv` or `Data_Entry_2017_v2020.csv`. Labels are text-mined and name what is present,
 * so a finding that is not named is 0; `No Finding` is a fifteenth one. An age that cannot be is left out.
 *
 * @param dataEntry The text of the Data_Entry file.
 * @param lists The texts of `train_val_list.txt` and `test_list.txt`: they set `split` to `train_val` or `test`; an image in neither has none.
 * @returns All records, in the file's order.
 * @throws {InputError} If a column is missing, a label or an age cannot be read, or an image is in both lists.
 * @see Wang et al. 2017, ChestX-ray8, CVPR
 */
export function nihRecords(dataEntry: string, { trainValList, testList }: { readonly trainValList?: string; readonly testList?: string } = {}): RecordSelection {
  const table = readTable(dataEntry);
  const [image, labels, patient, age, sex, view] = ['Image Index', 'Finding Labels', 'Patient ID', 'Patient Age', 'Patient Gender', 'View Position'].map((name) => columnReader(table, name)) as [Cell, Cell, Cell, Cell, Cell, Cell];
  const splits = officialSplits(trainValList, testList);
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
    };
  });
  return { records, findings, total: records.length, dropped: [] };
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
