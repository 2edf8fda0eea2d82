import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { LABEL_TABLES } from './labelTables.mjs';

const GOLDEN = new URL('../../../packages/datasets/golden/', import.meta.url);
const DATA = new URL('../../../../shared/data/', import.meta.url);
const FOLDERS = { png: ['cxr-real/'], jpeg: ['cxr-real/'], dicom: ['dicom/real/', 'dicom/derived/', 'dicom/malformed/'] };
const ENDINGS = { png: /\.png$/, jpeg: /\.jpe?g$/, dicom: /\.(dcm|headless)$/ };

const [PIECES, PIECE_ROWS] = [20, 100];

const golden = (file) => JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8'));

/** The repository's own small files of a kind, which other programs wrote, and tables made up: `{ size, bytes(), table? }` each, the table's name being that of `LABEL_TABLES`. */
export function ownSeeds(kind) {
  if (kind === 'csv') return Object.entries(LABEL_TABLES).map(([table, { text }]) => ({ table, size: text.length, bytes: () => Buffer.from(text) }));
  const images = () => golden('images.json');
  const cases = { png: () => [...images().png, ...images().transparency], jpeg: () => images().jpeg, dicom: () => golden('dicom.json').synthetic }[kind]();
  return cases.map(({ base64 }) => ({ size: base64.length, bytes: () => Buffer.from(base64, 'base64') }));
}

/** The files of a kind under ../shared/data, in the same form; none where that is missing. */
export function realSeeds(kind) {
  if (kind === 'csv') return Object.entries(LABEL_TABLES).flatMap(([table, { file }]) => (file && existsSync(new URL(file, DATA)) ? piecesOf(table, readFileSync(new URL(file, DATA), 'utf8')) : []));
  const folders = FOLDERS[kind].map((folder) => new URL(folder, DATA)).filter((folder) => existsSync(folder));
  return folders.flatMap(filesUnder).filter(({ pathname }) => ENDINGS[kind].test(pathname)).map((url) => ({ size: statSync(url).size, bytes: () => readFileSync(url) }));
}

/** Publishers' tables have a hundred thousand rows: pieces of a hundred, from all over the file, each behind the header. */
function piecesOf(table, text) {
  const [header, ...rows] = text.split(/\r?\n/);
  return Array.from({ length: PIECES }, (_, piece) => {
    const start = Math.floor((piece * Math.max(0, rows.length - PIECE_ROWS)) / PIECES);
    const lines = Buffer.from([header, ...rows.slice(start, start + PIECE_ROWS)].join('\n'));
    return { table, size: lines.length, bytes: () => lines };
  });
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`)
    .sort()
    .map((path) => new URL(`file://${path}`));
}
