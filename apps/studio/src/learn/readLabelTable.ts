import { readTable } from '@cxr-ifa/datasets';
import { InputError } from '@cxr-ifa/tensor';

/** What a table says of images. */
export interface LabelTable {
  readonly findings: readonly string[];
  /** Columns that are no findings, each with a cell that is no label. */
  readonly leftOut: readonly { readonly name: string; readonly cell: string }[];
  /** Labels by finding, of each row that says anything. */
  readonly rows: readonly { readonly path: string; readonly labels: Readonly<Record<string, 0 | 1>> }[];
}

const IMAGE_COLUMNS = ['image', 'path', 'file', 'filename', 'image index'];
/** Columns of the studio's own tables and of `classify predict`'s, which are no findings whatever they hold. */
const OTHER_COLUMNS = ['patient', 'split', 'out_of_distribution', 'warning'];
const SUFFIX = ':label';
/** -1 is what CheXpert's labels call uncertain: not known here. */
const LABELS: ReadonlyMap<string, 0 | 1 | undefined> = new Map([['0', 0], ['0.0', 0], ['1', 1], ['1.0', 1], ['-1', undefined], ['-1.0', undefined], ['', undefined]]);

/**
 * Reads labels from a CSV file: one column names the image, and others are a finding each: 1 present, 0 absent, blank or -1 unknown. Cells may be separated by semicolons or tabs too.
 * Of a table of labels and predictions, as the studio and `cxr-ifa classify predict` write it, the columns `FINDING:label` are taken; of any other all columns that hold nothing but labels.
 *
 * @throws {InputError} If no column names the image, or none is a finding.
 */
export function readLabelTable(text: string): LabelTable {
  const { columns, rows } = readTable(text, { delimiter: delimiterOf(text) });
  const image = columns.findIndex((name) => IMAGE_COLUMNS.includes(name.toLowerCase()));
  if (image < 0) throw new InputError(`Cannot read labels as a column must name the image, by one of ${IMAGE_COLUMNS.join(', ')}: current columns are ${columns.join(', ')}`);
  const cellsOf = (column: number): string[] => rows.map(({ cells }) => (cells[column] ?? '').trim());
  const isMarked = columns.some((name) => name.endsWith(SUFFIX));
  const candidates = columns.flatMap((name, column) => {
    const finding = isMarked ? name.slice(0, -SUFFIX.length) : name;
    const isOne = column !== image && finding !== '' && (isMarked ? name.endsWith(SUFFIX) : !OTHER_COLUMNS.includes(name));
    return isOne ? [{ name: finding, cells: cellsOf(column) }] : [];
  });
  const judged = candidates.map((column) => ({ ...column, cell: column.cells.find((cell) => !LABELS.has(cell)) }));
  const found = judged.filter(({ cell, cells }) => cell === undefined && cells.some((text) => LABELS.get(text) !== undefined));
  if (found.length === 0) throw new InputError('Cannot read labels as a column must hold nothing but 1, present, 0, absent, and blank cells: no column does');
  return {
    findings: found.map(({ name }) => name),
    leftOut: judged.flatMap(({ name, cell }) => (cell === undefined ? [] : [{ name, cell }])),
    rows: cellsOf(image).flatMap((path, row) => {
      const known = found.flatMap(({ name, cells }) => {
        const label = LABELS.get(cells[row] as string);
        return label === undefined ? [] : [[name, label] as const];
      });
      return path === '' || known.length === 0 ? [] : [{ path: path.replaceAll('\\', '/'), labels: Object.fromEntries(known) }];
    }),
  };
}

/** What separates the header's cells: a comma, or what programs take where the comma is in numbers. */
function delimiterOf(text: string): string {
  const header = text.split(/[\r\n]/, 1)[0] as string;
  return [',', ';', '\t'].find((delimiter) => header.includes(delimiter)) ?? ',';
}
