import { applySome, chance, listMutators, pick, randomBytes, skewedLength } from './draw.mjs';
import { mutateBytes } from './mutateBytes.mjs';

/** A cell of 100,000 characters in 30,000 rows would only measure the memory. */
const MAXIMUM_LENGTH = 2 ** 22;
const NUMBERS = ['', ' ', '0', '-0', '-1', '1.0', '0x1F', '1e5', '1e999', '-1e999', 'NaN', 'nan', 'Infinity', '1,5', '411', '058Y', '007M', '٣', '1_000', '9'.repeat(400), '--1', '1 2'];
const TEXTS = ['', ' ', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '\0', '\u0000\u0000', '\ufeff', '\u202e', '\ud800', '\u001b[2J', '\u2028', '=cmd()', '../../etc', 'a\\b', 'No Finding', '|', '||||', 'é'.repeat(50), '😀'];
const QUOTES = ['"', '""', '"""', '"a', 'a"', 'a"b', '"a""b"', '"a\nb"', '"a,b"', "'"];

/**
 * Changes a table row by row and cell by cell.
 *
 * @param {import('@cxr-ifa/tensor').Rng} rng
 * @param {Uint8Array} bytes A CSV file.
 */
export function mutateCsv(rng, bytes) {
  const table = { rows: sampleRows(rng, new TextDecoder().decode(bytes).split(/\r?\n/)).map((line) => line.split(',')), delimiter: ',', newline: '\n', mark: false };
  applySome(rng, MUTATORS, 6, table);
  const { rows, delimiter, newline, mark } = table;
  let text = mark ? '\ufeff' : '';
  for (let row = 0; row < rows.length && text.length < MAXIMUM_LENGTH; row++) text += (row > 0 ? newline : '') + rows[row].join(delimiter);
  const changed = Uint8Array.from(Buffer.from(text.slice(0, MAXIMUM_LENGTH)));
  return chance(rng, 0.1) ? mutateBytes(rng, changed) : changed;
}

/** A header and some of the rows behind it: short files are quick. */
function sampleRows(rng, [header, ...rows]) {
  const count = 1 + skewedLength(rng, 60);
  const start = rng.integer(Math.max(1, rows.length - count));
  return [header, ...rows.slice(start, start + count)];
}

/** The header seldom, so that most changes get behind it. */
const firstRow = (rng) => (chance(rng, 0.85) ? 1 : 0);

const MUTATORS = {
  swap: (rng, { rows }) => listMutators.swap(rng, rows, firstRow(rng)),
  duplicate: (rng, { rows }) => listMutators.duplicate(rng, rows, firstRow(rng)),
  drop: (rng, { rows }) => listMutators.drop(rng, rows, firstRow(rng)),
  blank: (rng, { rows }) => rows.splice(rng.integer(rows.length + 1), 0, ...Array.from({ length: 1 + skewedLength(rng, 1000) }, () => [pick(rng, ['', '', ' '])])),
  cells: (rng, { rows }) => pick(rng, Object.values(listMutators))(rng, pick(rng, rows)),
  number: (rng, table) => changeCell(rng, table, () => pick(rng, NUMBERS)),
  text: (rng, table) => changeCell(rng, table, () => pick(rng, TEXTS)),
  append: (rng, table) => changeCell(rng, table, (cell) => cell + pick(rng, TEXTS)),
  quote: (rng, table) => changeCell(rng, table, (cell) => (chance(rng, 0.5) ? `"${cell.replaceAll('"', '""')}"` : pick(rng, QUOTES) + (chance(rng, 0.5) ? cell : ''))),
  control: (rng, table) => changeCell(rng, table, (cell) => cell + String.fromCharCode(rng.integer(32))),
  bytes: (rng, table) => changeCell(rng, table, () => Buffer.from(randomBytes(rng, skewedLength(rng, 100))).toString('latin1').replaceAll(/[\r\n,"]/g, '')),
  huge: (rng, table) => changeCell(rng, table, (cell) => (cell.slice(0, 20) || 'x').repeat(1 + skewedLength(rng, 100_000))),
  names: (rng, table) => changeCell(rng, table, () => Array.from({ length: skewedLength(rng, 20_000) }, (_, index) => `f${index}`).join('|')),
  runs: (rng, table) => changeCell(rng, table, () => runs(rng)),
  /** The same row up to 30,000 times, or rows that are each unlike all others in some cells. */
  multiply(rng, { rows }) {
    if (rows.length < 2) return;
    const row = rows[1 + rng.integer(rows.length - 1)];
    const unique = row.map((_, column) => chance(rng, column === 0 ? 0.6 : 0.2));
    rows.push(...Array.from({ length: skewedLength(rng, 30_000) }, (_, index) => row.map((cell, column) => (unique[column] ? `${index}${cell}` : cell))));
  },
  columns(rng, { rows }) {
    const extra = Array.from({ length: skewedLength(rng, 3000) }, (_, index) => `c${index}`);
    rows.forEach((cells, index) => cells.push(...extra.map((name) => (index === 0 ? name : '0'))));
  },
  dropColumn(rng, { rows }) {
    const at = rng.integer(rows[0]?.length || 1);
    for (const cells of rows) cells.splice(at, 1);
  },
  swapColumns(rng, { rows }) {
    const [a, b] = [rng.integer(rows[0]?.length || 1), rng.integer(rows[0]?.length || 1)];
    for (const cells of rows) if (Math.max(a, b) < cells.length) [cells[a], cells[b]] = [cells[b], cells[a]];
  },
  delimiter: (rng, table) => chance(rng, 0.2) && (table.delimiter = pick(rng, [';', '\t', '|', ' ', ',,'])),
  newline: (rng, table) => (table.newline = pick(rng, ['\r\n', '\r', '\n\n', '\r\n\n', '\n\r', ',\n'])),
  mark: (rng, table) => (table.mark = true),
};

function changeCell(rng, { rows }, change) {
  const from = firstRow(rng);
  if (rows.length <= from) return;
  const cells = rows[from + rng.integer(rows.length - from)];
  if (cells.length === 0) return;
  const at = rng.integer(cells.length);
  cells[at] = change(cells[at]);
}

/** A mask's runs, sound or not. */
function runs(rng) {
  const numbers = Array.from({ length: 2 * skewedLength(rng, 20_000) + (chance(rng, 0.1) ? 1 : 0) }, () => rng.integer(chance(rng, 0.99) ? 60 : 2 ** 31));
  return chance(rng, 0.9) ? numbers.join(' ') : pick(rng, ['-1', '-1 -1', '1', '0 0', `1 ${'9'.repeat(30)}`, '1.5 2', ' 1 2 ', '1  2']);
}
