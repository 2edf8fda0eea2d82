import { InputError, type FindingState, type ImageRecord } from '@cxr-ifa/tensor';
import { checkStates } from './checkStates.ts';
import { columnReader } from './columnReader.ts';
import { findingState } from './findingState.ts';
import { readTable, type Table, type TableRow } from './readTable.ts';
import type { RecordSelection } from './recordSelection.ts';
import { requireUnique } from './requireUnique.ts';

/** Which columns of a CSV file mean what. */
export interface PlainCsvOptions {
  /** The column with the image's path. */
  readonly pathColumn: string;
  /** The column whose cells name the findings of an image. */
  readonly labelColumn?: string;
  /** What stands between two names in a cell of `labelColumn`. @default {'|'} */
  readonly labelSeparator?: string;
  /** Columns that are a finding each: 1 present, 0 absent, -1 uncertain, blank unmentioned. */
  readonly findingColumns?: readonly string[];
  readonly patientColumn?: string;
  readonly studyColumn?: string;
  readonly viewColumn?: string;
  readonly sexColumn?: string;
  /** Age in years. */
  readonly ageColumn?: string;
  readonly splitColumn?: string;
  /** Keeps only the rows that have this value, or one of these, in the given columns. */
  readonly where?: Readonly<Record<string, string | readonly string[]>>;
  /** What stands between two cells. @default {','} */
  readonly delimiter?: string;
}

/**
 * Reads records from any CSV file with a header, by naming its columns. Two styles of labels, alone or together:
 * `labelColumn` holds the names of an image's findings, joined by `labelSeparator`; a name of another kept row that a cell leaves out is 0 there,
 * and in a blank cell every name is `unmentioned`. `findingColumns` are one finding each.
 *
 * @param text The file's text.
 * @returns The records in the file's order, with the findings in the order of their names (or of `findingColumns`), and the rows that `where` dropped.
 * @throws {InputError} If a column is missing, a cell is no finding state or no age, or a path is empty or appears twice.
 *
 * @example
 * ```ts
 * const { records } = plainCsvRecords(csv, { pathColumn: 'file', labelColumn: 'labels', patientColumn: 'patient_id', where: { source: 'kermany224' } });
 * ```
 */
export function plainCsvRecords(text: string, options: PlainCsvOptions): RecordSelection {
  const table = readTable(text, options.delimiter === undefined ? {} : { delimiter: options.delimiter });
  const { rows, dropped } = selectRows(table, options.where ?? {});
  const path = columnReader(table, options.pathColumn);
  requireUnique(rows, path, 'path');
  const named = options.labelColumn === undefined ? undefined : namedFindings(rows, columnReader(table, options.labelColumn), options.labelSeparator ?? '|');
  const columns = (options.findingColumns ?? []).map((name) => ({ name, cell: columnReader(table, name) }));
  const details = detailReaders(table, options);
  const records = rows.map((row): ImageRecord => {
    const own = columns.map(({ name, cell }): [string, FindingState] => [name, findingState(cell(row), name, row.number)]);
    const findings = own.length === 0 && named ? named.read(row) : { ...named?.read(row), ...Object.fromEntries(own) };
    return { path: path(row).replaceAll('\\', '/'), ...details(row), findings };
  });
  return { records, findings: [...(named?.names ?? []), ...columns.map(({ name }) => name)], total: table.rows.length, dropped };
}

function selectRows(table: Table, where: Readonly<Record<string, string | readonly string[]>>): { rows: readonly TableRow[]; dropped: RecordSelection['dropped'] } {
  let rows = table.rows;
  const dropped: { reason: string; count: number }[] = [];
  for (const [column, wanted] of Object.entries(where)) {
    const cell = columnReader(table, column);
    const values = typeof wanted === 'string' ? [wanted] : wanted;
    const kept = rows.filter((row) => values.includes(cell(row)));
    if (kept.length < rows.length) dropped.push({ reason: `${column} is not ${values.join(' or ')}`, count: rows.length - kept.length });
    rows = kept;
  }
  return { rows, dropped };
}

function namedFindings(rows: readonly TableRow[], cell: (row: TableRow) => string, separator: string): { names: string[]; read(row: TableRow): Readonly<Record<string, FindingState>> } {
  if (separator === '') throw new InputError('Cannot read the labels as the separator between names must not be empty');
  const namesOf = (row: TableRow): string[] =>
    cell(row)
      .split(separator)
      .map((name) => name.trim())
      .filter(Boolean);
  // Equal cells share one record of states: files have many rows and few combinations
  const cells = new Map(rows.map((row) => [cell(row), row]));
  const names = [...new Set([...cells.values()].flatMap(namesOf))].sort();
  checkStates(names.length, cells.size, `choose another column, or another separator than ${separator}`);
  // Copies of one record are made ten times as fast as records name by name
  const allOf = (state: FindingState): Readonly<Record<string, FindingState>> => Object.fromEntries(names.map((name) => [name, state]));
  const [unmentioned, absent] = [allOf('unmentioned'), allOf(0)];
  const statesOf = (row: TableRow): Readonly<Record<string, FindingState>> => {
    const present = namesOf(row);
    return present.length === 0 ? unmentioned : { ...absent, ...Object.fromEntries(present.map((name) => [name, 1])) };
  };
  const states = new Map([...cells].map(([text, row]) => [text, statesOf(row)]));
  return { names, read: (row) => states.get(cell(row)) as Readonly<Record<string, FindingState>> };
}

/** Reads what a record says beside its findings; blank cells are left out. */
function detailReaders(table: Table, options: PlainCsvOptions): (row: TableRow) => Partial<ImageRecord> {
  const columns = { patient: options.patientColumn, study: options.studyColumn, view: options.viewColumn, sex: options.sexColumn, split: options.splitColumn };
  const texts = Object.entries(columns).flatMap(([name, column]) => (column === undefined ? [] : [[name, columnReader(table, column)] as const]));
  const age = options.ageColumn === undefined ? undefined : columnReader(table, options.ageColumn);
  return (row) => {
    const details: Record<string, string | number> = {};
    for (const [name, cell] of texts) if (cell(row) !== '') details[name] = cell(row);
    const years = age?.(row) ?? '';
    if (years !== '') {
      if (!Number.isFinite(Number(years))) throw new InputError(`Cannot read the age of row ${row.number} as it must be a number of years, or ageColumn left out: current value is ${years}`);
      details['age'] = Number(years);
    }
    return details;
  };
}
