/** A cell of a CSV file; nothing is an empty cell. */
export type Cell = string | number | undefined;

/**
 * Writes rows as CSV (RFC 4180, but with plain newlines). Numbers keep every digit: what is computed from the file equals what was computed before.
 *
 * @param rows The header first; all of one length.
 *
 * @example
 * ```ts
 * formatCsv([['image', 'probability'], ['a.png', 0.25]]);
 * ```
 */
export function formatCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(formatCell).join(',')}\n`).join('');
}

function formatCell(cell: Cell): string {
  if (cell === undefined) return '';
  const text = String(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
