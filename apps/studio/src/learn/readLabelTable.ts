import { readTable } from '@cxr-ifa/datasets';
import { InputError } from '@cxr-ifa/tensor';

/** What a table says of images. */
export interface LabelTable {
  readonly findings: readonly string[];
  /** Labels by finding, of each row that says anything. */
  readonly rows: readonly { readonly path: string; readonly labels: Readonly<Record<string, 0 | 1>> }[];
}

const IMAGE_COLUMNS = ['image', 'path', 'file', 'filename', 'image index'];
const SUFFIX = ':label';
const LABELS: Readonly<Record<string, 0 | 1>> = { '0': 0, '0.0': 0, '1': 1, '1.0': 1 };

/**
 * Reads labels from a CSV file: one column names the image, and the others are a finding each, 1 present, 0 absent, blank unknown.
 * Of a table of labels and predictions, as the studio and `cxr-ifa classify predict` write it, the columns `FINDING:label` are taken; of any other all columns that hold nothing but labels.
 *
 * @throws {InputError} If no column names the image, or none is a finding.
 */
export function readLabelTable(text: string): LabelTable {
  const { columns, rows } = readTable(text);
  const image = columns.findIndex((name) => IMAGE_COLUMNS.includes(name.toLowerCase()));
  if (image < 0) throw new InputError(`Cannot read labels as a column must name the image, by one of ${IMAGE_COLUMNS.join(', ')}: current columns are ${columns.join(', ')}`);
  const cellsOf = (column: number): string[] => rows.map(({ cells }) => (cells[column] ?? '').trim());
  const isOfLabels = (column: number): boolean => {
    const filled = cellsOf(column).filter((cell) => cell !== '');
    return filled.length > 0 && filled.every((cell) => cell in LABELS);
  };
  const marked = columns.some((name) => name.endsWith(SUFFIX));
  const found = columns.flatMap((name, column) => (column !== image && name !== '' && (!marked || name.endsWith(SUFFIX)) && isOfLabels(column) ? [{ name: marked ? name.slice(0, -SUFFIX.length) : name, cells: cellsOf(column) }] : []));
  if (found.length === 0) throw new InputError('Cannot read labels as a column must hold nothing but 1, present, 0, absent, and blank cells: no column does');
  return {
    findings: found.map(({ name }) => name),
    rows: cellsOf(image).flatMap((path, row) => {
      const labels = Object.fromEntries(found.flatMap(({ name, cells }) => (cells[row] === '' ? [] : [[name, LABELS[cells[row] as string] as 0 | 1]])));
      return path === '' || Object.keys(labels).length === 0 ? [] : [{ path: path.replaceAll('\\', '/'), labels }];
    }),
  };
}
