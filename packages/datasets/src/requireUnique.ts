import { InputError } from '@cxr-ifa/tensor';
import type { TableRow } from './readTable.ts';

/**
 * Checks that a column names each image (or study) once.
 *
 * @param what What the column holds, such as `path`.
 * @throws {InputError} If a cell is blank, or appears twice.
 */
export function requireUnique(rows: readonly TableRow[], cell: (row: TableRow) => string, what: string): void {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const value = cell(row);
    if (value === '') throw new InputError(`Cannot read row ${row.number} as its ${what} is blank`);
    const earlier = seen.get(value);
    if (earlier !== undefined) throw new InputError(`Cannot read row ${row.number} as its ${what} appears in row ${earlier} already: ${value}`);
    seen.set(value, row.number);
  }
}
