import { InputError, isInputError, type Box, type ImageRecord } from '@cxr-ifa/tensor';
import { columnReader } from './columnReader.ts';
import { parseRuns } from './decodeRunLength.ts';
import { groupRows } from './groupRows.ts';
import { readTable, type TableRow } from './readTable.ts';
import type { RecordSelection } from './recordSelection.ts';

const FINDING = 'Pneumothorax';

/**
 * Reads SIIM-ACR Pneumothorax's `train-rle.csv` (or `stage_2_train.csv`): a row a mask, `-1` where there is none. Each mask gives the box around it, in pixels of the file;
 * `decodeRunLength` gives the mask itself. The path is the image's id, as the publisher writes it: a file of that name with any ending is meant.
 * No patients are published, so each image stands for itself.
 *
 * @param text The file's text.
 * @param options `size` of the images in pixels, width and height. @default {[1024, 1024]}
 * @throws {InputError} If a column is missing, a mask cannot be decoded or is empty, or an image has a mask and none.
 */
export function siimRecords(text: string, { size: [width, height] = [1024, 1024] }: { readonly size?: readonly [width: number, height: number] } = {}): RecordSelection {
  const table = readTable(text); // the header's second cell begins with a blank
  const [image, encoded] = [columnReader(table, 'ImageId'), columnReader(table, 'EncodedPixels')];
  const records = [...groupRows(table.rows, image, 'ImageId')].map(([path, rows]): ImageRecord => {
    const boxes = rows.map((row) => boxOf(encoded(row), row, width, height)).filter((box) => box !== undefined);
    if (boxes.length === 0 ? rows.length > 1 : boxes.length < rows.length) throw new InputError(`Cannot read row ${rows[1]?.number} as an image without a mask must have one row, and none with a mask: current image is ${path}`);
    return { path, findings: { [FINDING]: boxes.length > 0 ? 1 : 0 }, boxes: boxes.map((box) => ({ finding: FINDING, box })) };
  });
  return { records, findings: [FINDING], total: records.length, dropped: [] };
}

/** The box around a mask, from its runs: a run that goes on into the next column touches top and bottom. */
function boxOf(encoded: string, { number }: TableRow, width: number, height: number): Box | undefined {
  if (encoded === '-1') return undefined;
  try {
    const runs = parseRuns(encoded, width * height);
    if (runs.length === 0) throw new InputError('Cannot decode a mask as it must hold a pixel, or be -1');
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (const { start, length } of runs) {
      const [first, last] = [start, start + length - 1];
      const [from, to] = [Math.floor(first / height), Math.floor(last / height)];
      left = Math.min(left, from);
      right = Math.max(right, to + 1);
      top = Math.min(top, from === to ? first % height : 0);
      bottom = Math.max(bottom, from === to ? (last % height) + 1 : height);
    }
    return [left, top, right - left, bottom - top];
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new InputError(`Cannot read the mask of row ${number} as ${error.message.replace(/^Cannot .*? as /, '')}`, { cause: error });
  }
}
