import { InputError } from '@cxr-ifa/tensor';
import type { TableRow } from './readTable.ts';

/**
 * The rows of each image, for tables with a row a box or a reader.
 *
 * @param what What the column holds, such as `image_id`.
 * @returns Images in the order of their first rows.
 * @throws {InputError} If a row names no image.
 */
export function groupRows(rows: readonly TableRow[], cell: (row: TableRow) => string, what: string): Map<string, TableRow[]> {
  const groups = new Map<string, TableRow[]>();
  for (const row of rows) {
    const key = cell(row);
    if (key === '') throw new InputError(`Cannot read row ${row.number} as its ${what} is blank`);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
