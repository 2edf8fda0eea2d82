/**
 * Lays out rows as columns of text: the first column to the left, the others to the right.
 *
 * @param rows The header first; all of one length.
 * @returns Lines without trailing blanks, the header underlined.
 */
export function formatTable(rows: readonly (readonly string[])[], { align = 'right' }: { readonly align?: 'left' | 'right' } = {}): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 0 || align === 'left' ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number)))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0] as string, widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)];
}
