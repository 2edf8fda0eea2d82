import { InputError } from '@cxr-ifa/tensor';
import type { Table, TableRow } from './readTable.ts';

/**
 * Finds a column once, and reads its cell, trimmed, from any row.
 *
 * @throws {InputError} If the table has no such column, or two of that name.
 */
export function columnReader({ columns }: Table, name: string): (row: TableRow) => string {
  const index = columns.indexOf(name);
  if (index < 0) throw new InputError(`Cannot read column ${name} as the table has none of that name: its columns are ${columns.filter(Boolean).join(', ')}`);
  if (columns.indexOf(name, index + 1) >= 0) throw new InputError(`Cannot read column ${name} as the table has two of that name`);
  return ({ cells }) => (cells[index] as string).trim();
}
