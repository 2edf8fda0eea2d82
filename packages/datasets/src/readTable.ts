/// <reference path="./papaparse.d.ts" />
import { InputError } from '@cxr-ifa/tensor';
import papaparse from 'papaparse';

/** A CSV file: cells as they stand, without blank lines. */
export interface Table {
  /** The header's cells; names may be empty or appear twice, as publishers have them. */
  readonly columns: readonly string[];
  /** Every row has as many cells as there are columns. */
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly cells: readonly string[];
  /** Its number in the file, for messages: the header is row 1. */
  readonly number: number;
}

/**
 * Reads CSV text (RFC 4180): quoted cells, a byte-order mark, any line endings, mixed ones too. Blank lines are skipped,
 * empty cells beyond the last column dropped; columns at the end without a name may be missing in a row, as ChestX-ray14's boxes have it.
 *
 * @param text The file's text.
 * @param options The `delimiter` between cells. @default {','}
 * @throws {InputError} If the text has no header, a quote is left open, or a row has more or fewer cells than the header.
 */
export function readTable(text: string, { delimiter = ',' }: { readonly delimiter?: string } = {}): Table {
  // Files that were joined by hand mix line endings, which papaparse would not see
  const { data, errors } = papaparse.parse(text.replaceAll(/\r\n?/g, '\n'), { delimiter, newline: '\n', header: false, skipEmptyLines: false });
  const error = errors.find(({ type }) => type === 'Quotes');
  if (error) throw new InputError(`Cannot read the table as row ${(error.row ?? 0) + 1} has a quote that is not closed or not alone in its cell`);
  const rows = data.map((cells, index) => ({ cells, number: index + 1 })).filter(({ cells }) => cells.length > 1 || cells[0] !== '');
  const [header, ...body] = rows;
  if (!header) throw new InputError('Cannot read the table as it is empty');
  const columns = header.cells.map((name) => name.trim());
  const named = columns.reduce((last, name, index) => (name === '' ? last : index + 1), 0);
  return { columns, rows: body.map((row) => fitRow(row, columns.length, named)) };
}

function fitRow(row: TableRow, width: number, named: number): TableRow {
  if (row.cells.length === width) return row;
  if (row.cells.length < width && row.cells.length >= named) return { ...row, cells: [...row.cells, ...Array<string>(width - row.cells.length).fill('')] };
  if (row.cells.length < width || row.cells.slice(width).some((cell) => cell !== '')) {
    throw new InputError(`Cannot read the table as each row must have ${width} cells like the header: row ${row.number} has ${row.cells.length}`);
  }
  return { ...row, cells: row.cells.slice(0, width) };
}
