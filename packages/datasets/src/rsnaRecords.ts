import { InputError, type Box, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';
import { columnReader } from './columnReader.ts';
import { groupRows } from './groupRows.ts';
import { parseBox } from './parseBox.ts';
import { readTable } from './readTable.ts';
import type { RecordSelection } from './recordSelection.ts';

/** The texts of the RSNA Pneumonia Detection Challenge. */
export interface RsnaTables {
  /** `stage_2_train_labels.csv`: a row a box, or one without a box. */
  readonly labels: string;
  /** `stage_2_detailed_class_info.csv`: says of the images without opacity whether they are normal. */
  readonly classInfo?: string | undefined;
  /** `pneumonia-challenge-dataset-mappings_2018.json`: which image of ChestX-ray14 each is, and so which patient's. */
  readonly mappings?: string | undefined;
}

/** Target 1 is the class of this name. */
const OPACITY = 'Lung Opacity';
const CLASSES: readonly string[] = [OPACITY, 'Normal', 'No Lung Opacity / Not Normal'];

/**
 * Reads the RSNA Pneumonia Detection Challenge. The finding is `Lung Opacity` (the challenge's `Target`); with the class info also `Normal` and `No Lung Opacity / Not Normal`.
 * The path is `patientId`, as the publisher writes it: a file of that name with any ending is meant.
 *
 * The challenge's `patientId` names an image and no patient: its images are ChestX-ray14's, which has several of many patients. Only the `mappings` tell whose they are;
 * without them no patient is set, and a split by patient is one by image.
 *
 * @throws {InputError} If a column is missing, a cell cannot be read, rows of an image contradict one another, or the class info lacks an image.
 * @see Shih et al. 2019, Radiology: Artificial Intelligence 1(1):e180041
 */
export function rsnaRecords({ labels, classInfo, mappings }: RsnaTables): RecordSelection {
  const table = readTable(labels);
  const image = columnReader(table, 'patientId');
  const target = columnReader(table, 'Target');
  const sides = ['x', 'y', 'width', 'height'].map((name) => columnReader(table, name));
  const classes = classInfo === undefined ? undefined : classesOf(classInfo);
  const patients = mappings === undefined ? undefined : patientsOfMappings(mappings);
  const findings = classes ? CLASSES : [OPACITY];
  const records = [...groupRows(table.rows, image, 'patientId')].map(([path, rows]): ImageRecord => {
    const boxes: { finding: string; box: Box }[] = [];
    for (const row of rows) {
      const box = parseBox(sides.map((cell) => cell(row)) as [string, string, string, string], row.number);
      if (target(row) !== '1' && target(row) !== '0') throw new InputError(`Cannot read Target of row ${row.number} as it must be 1 or 0: current value is ${target(row) || 'blank'}`);
      if ((target(row) === '1') !== (box !== undefined)) throw new InputError(`Cannot read row ${row.number} as an image has a box where its Target is 1, and none where it is 0: current Target is ${target(row)}`);
      if (box) boxes.push({ finding: OPACITY, box });
    }
    const [first] = rows as [(typeof rows)[number]];
    if (boxes.length === 0 && rows.length > 1) throw new InputError(`Cannot read row ${rows[1]?.number} as the image ${path} without a box appears in row ${first.number} already`);
    if (boxes.length > 0 && boxes.length < rows.length) throw new InputError(`Cannot read the rows of the image ${path} as they contradict one another: some have a Target of 1 and others of 0`);
    const own = boxes.length > 0 ? OPACITY : undefined;
    const kind = classes ? classes.get(path) : (own ?? '');
    if (kind === undefined) throw new InputError(`Cannot read the class info as it has no row for the image ${path} of row ${first.number}`);
    if ((kind === OPACITY) !== (own === OPACITY)) throw new InputError(`Cannot read the class of the image ${path} as it contradicts the Target of row ${first.number}: current class is ${kind}`);
    const states = findings.map((name): [string, FindingState] => [name, name === kind ? 1 : 0]);
    const patient = patients?.get(path);
    return { path, ...(patient !== undefined && { patient }), findings: Object.fromEntries(states), boxes };
  });
  return { records, findings, total: records.length, dropped: [] };
}

function classesOf(text: string): Map<string, string> {
  const table = readTable(text);
  const [image, kind] = [columnReader(table, 'patientId'), columnReader(table, 'class')];
  const classes = new Map<string, string>();
  for (const row of table.rows) {
    const [path, name] = [image(row), kind(row)];
    if (!CLASSES.includes(name)) throw new InputError(`Cannot read the class of row ${row.number} as it must be one of ${CLASSES.join(', ')}: current value is ${name || 'blank'}`);
    if ((classes.get(path) ?? name) !== name) throw new InputError(`Cannot read the class of row ${row.number} as the image ${path} has another in a row above`);
    classes.set(path, name); // as many rows as there are boxes
  }
  return classes;
}

/** ChestX-ray14 names files by patient and number: `00000001_000.png`. */
function patientsOfMappings(text: string): Map<string, string> {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (error) {
    throw new InputError('Cannot read the mappings as they must be JSON', { cause: error });
  }
  if (!Array.isArray(entries)) throw new InputError('Cannot read the mappings as they must be a list');
  return new Map(
    entries.map((entry: { subset_img_id?: unknown; img_id?: unknown } | null, index) => {
      const patient = typeof entry?.img_id === 'string' ? /^(\d+)_\d+\.png$/.exec(entry.img_id)?.[1] : undefined;
      if (typeof entry?.subset_img_id !== 'string' || patient === undefined) throw new InputError(`Cannot read entry ${index} of the mappings as it must have a subset_img_id, and an img_id such as 00000001_000.png`);
      return [entry.subset_img_id, String(Number(patient))]; // as Data_Entry writes patients
    }),
  );
}
