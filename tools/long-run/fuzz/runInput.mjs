import { decodeImage, readTable } from '@cxr-ifa/datasets';
import { isInputError } from '@cxr-ifa/tensor';
import { LABEL_TABLES } from './labelTables.mjs';

/** Holds every image of ChestX-ray14, CheXpert and MIMIC-CXR-JPG. Limits of time and memory mean nothing without one of size: both grow with the pixels. */
export const MAXIMUM_PIXELS = 8_000_000;

/** One sentence on one line, short enough to be shown, with nothing in it that steers a terminal. */
const SENTENCE = /^Cannot [^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]{1,1000}$/u;
const STATES = new Set([0, 1, 'uncertain', 'unmentioned']);

/**
 * Gives one input to the code under test.
 *
 * @returns `decoded` with what came out being sound, `refused` with a sentence, or `wrong` with what is wrong; and whether the input `passed` the header.
 */
export async function runInput(kind, { bytes, table }) {
  const passed = await passesHeader(kind, bytes, table);
  try {
    const fault = kind === 'csv' ? faultOfSelection(readLabels(table, bytes)) : faultOfImage(await decodeImage(bytes, { maximumPixels: MAXIMUM_PIXELS }));
    return fault ? { outcome: 'wrong', reason: fault, passed } : { outcome: 'decoded', passed };
  } catch (error) {
    if (!isInputError(error)) return { outcome: 'wrong', reason: `throws ${error?.stack ?? error}`, passed };
    return SENTENCE.test(error.message) ? { outcome: 'refused', reason: error.message, passed } : { outcome: 'wrong', reason: `says ${JSON.stringify(error.message.slice(0, 200))} (${error.message.length} characters)`, passed };
  }
}

/** An image's header passes when its size is read, which a limit of no pixel shows. A table's passes when the parser takes its first line alone. */
async function passesHeader(kind, bytes, table) {
  try {
    if (kind === 'csv') readLabels(table, Buffer.from(textOf(bytes).replace(/^[\r\n]+/, '').split(/[\r\n]/, 1)[0]));
    else await decodeImage(bytes, { maximumPixels: Number.MIN_VALUE });
    return true;
  } catch (error) {
    return kind !== 'csv' && /must have at most 5e-324 pixels/.test(error?.message);
  }
}

const textOf = (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

function readLabels(table, bytes) {
  return LABEL_TABLES[table].read(textOf(bytes));
}

function faultOfImage({ data, width, height, range: [low, high], valid }) {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) return `has the size ${width}x${height}`;
  if (data.length !== width * height) return `has ${data.length} values for ${width}x${height} pixels`;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) return `has the range ${low} to ${high}`;
  if (valid && (valid.length !== data.length || !valid.every((value) => value <= 1) || !valid.includes(1))) return 'has a broken mask';
  for (const value of data) if (!Number.isFinite(value)) return `has the value ${value}`;
  return undefined;
}

function faultOfSelection({ records, total, dropped, findings }) {
  const lost = total - records.length - dropped.reduce((sum, { count }) => sum + count, 0);
  if (lost !== 0) return `loses ${lost} of ${total} rows`;
  const names = new Set(findings);
  const seen = new Set(); // records may share their states
  for (const { path, age = 0, findings: states, boxes = [] } of records) {
    if (typeof path !== 'string' || path === '') return `has the path ${path}`;
    if (!Number.isFinite(age)) return `has the age ${age}`;
    if (boxes.some(({ box: [x, y, width, height] }) => !(x >= 0 && y >= 0 && width > 0 && height > 0 && Number.isFinite(x + y + width + height)))) return `has the boxes ${JSON.stringify(boxes).slice(0, 100)}`;
    if (!seen.has(states) && Object.entries(states).some(([name, state]) => !names.has(name) || !STATES.has(state))) return `has the findings ${JSON.stringify(states).slice(0, 100)}`;
    seen.add(states);
  }
  return undefined;
}
