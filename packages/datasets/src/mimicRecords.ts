import { InputError, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';
import { observationReaders } from './chexpertRecords.ts';
import { columnReader } from './columnReader.ts';
import { readTable } from './readTable.ts';
import { NAMED_EXAMPLES, type RecordSelection } from './recordSelection.ts';
import { requireUnique } from './requireUnique.ts';

/** The texts of MIMIC-CXR-JPG's tables, unpacked. */
export interface MimicTables {
  /** `mimic-cxr-2.0.0-metadata.csv`: a row an image. */
  readonly metadata: string;
  /** `mimic-cxr-2.0.0-chexpert.csv` or `-negbio.csv`: a row a study. */
  readonly labels?: string | undefined;
  /** `mimic-cxr-2.0.0-split.csv`: a row an image. */
  readonly split?: string | undefined;
}

/**
 * Joins MIMIC-CXR-JPG's tables. Labels are by study, so each image has those of its study; an image whose study has no row of labels is dropped and counted,
 * since no labeller saw its report, which is not the same as a finding that is not mentioned. Paths are the publisher's:
 * `files/p10/p10000032/s50414267/<dicom_id>.jpg`. The splits are train, validate and test.
 *
 * @throws {InputError} If a column is missing, an image or a study appears twice, an id is no number, or a cell cannot be read.
 * @see Johnson et al. 2019, MIMIC-CXR-JPG, arXiv:1901.07042
 */
export function mimicRecords({ metadata, labels, split }: MimicTables): RecordSelection {
  const table = readTable(metadata);
  const [image, subject, study, view] = ['dicom_id', 'subject_id', 'study_id', 'ViewPosition'].map((name) => columnReader(table, name)) as [Cell, Cell, Cell, Cell];
  requireUnique(table.rows, image, 'dicom_id');
  const splits = split === undefined ? undefined : splitsOf(split);
  const states = labels === undefined ? undefined : labelsOf(labels);
  const used = new Set<string>();
  const unlabelled: string[] = [];
  const records = table.rows.flatMap((row): ImageRecord[] => {
    const [patient, session] = [numeric(subject(row), 'subject_id', row.number), numeric(study(row), 'study_id', row.number)];
    const key = `${patient}/${session}`;
    const path = `files/p${patient.slice(0, 2)}/p${patient}/s${session}/${image(row)}.jpg`;
    const findings = states ? states.byStudy.get(key) : {};
    if (!findings) {
      unlabelled.push(path);
      return [];
    }
    used.add(key);
    const part = splits?.get(image(row));
    return [{ path, patient, study: session, ...(view(row) && { view: view(row) }), ...(part && { split: part }), findings }];
  });
  const unused = [...(states?.byStudy.keys() ?? [])].filter((key) => !used.has(key));
  return {
    records,
    findings: states?.findings ?? [],
    total: table.rows.length,
    dropped: unlabelled.length > 0 ? [{ reason: 'study without labels', count: unlabelled.length, examples: unlabelled.slice(0, NAMED_EXAMPLES) }] : [],
    ...(unused.length > 0 && { unmatched: [{ what: 'labelled studies without an image in the metadata', count: unused.length, examples: unused.slice(0, NAMED_EXAMPLES) }] }),
  };
}

type Cell = ReturnType<typeof columnReader>;

/** Ids become parts of a path, so they must be what they look like. */
function numeric(cell: string, column: string, row: number): string {
  if (!/^\d{3,}$/.test(cell)) throw new InputError(`Cannot read ${column} of row ${row} as it must be a number of three digits or more: current value is ${cell || 'blank'}`);
  return cell;
}

function labelsOf(text: string): { findings: string[]; byStudy: Map<string, Record<string, FindingState>> } {
  const table = readTable(text);
  const [subject, study] = [columnReader(table, 'subject_id'), columnReader(table, 'study_id')];
  const { findings, read } = observationReaders(table);
  requireUnique(table.rows, study, 'study_id');
  return { findings, byStudy: new Map(table.rows.map((row) => [`${subject(row)}/${study(row)}`, read(row)])) };
}

function splitsOf(text: string): Map<string, string> {
  const table = readTable(text);
  const [image, part] = [columnReader(table, 'dicom_id'), columnReader(table, 'split')];
  requireUnique(table.rows, image, 'dicom_id');
  return new Map(table.rows.map((row) => [image(row), part(row)]));
}
