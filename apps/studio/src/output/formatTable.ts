import Papa from 'papaparse';

/** Rows as CSV, the header first. What a spreadsheet would take for a formula is made text: file names come from anywhere. */
export function formatTable(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return `${Papa.unparse(rows.map((row) => [...row]), { newline: '\n', escapeFormulae: true })}\n`;
}
