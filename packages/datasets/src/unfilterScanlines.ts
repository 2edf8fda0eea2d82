import { InputError } from '@cxr-ifa/tensor';

/**
 * Undoes PNG's scanline filters in place. Each line is a filter byte and `lineLength` bytes, predicted from
 * the byte `stride` to the left (a), the one above (b) and the one above that (c), all 0 outside the image.
 *
 * @param data Filtered lines; becomes the unfiltered ones, with the filter bytes still in front.
 * @param offset Where the first line starts.
 * @throws {InputError} If a line names an unknown filter.
 */
export function unfilterScanlines(data: Uint8Array, offset: number, lines: number, lineLength: number, stride: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let line = 0; line < lines; line++) {
    const start = offset + line * (lineLength + 1) + 1;
    const filter = data[start - 1] as number;
    if (filter > 4) throw new InputError(`Cannot decode the PNG as its lines have filters 0 to 4: current filter is ${filter}`);
    if (filter === UP && line > 0) addLineAbove(view, start, start + lineLength, lineLength + 1);
    const undo = (line === 0 ? FIRST_LINE : OTHER_LINES)[filter] as Unfilter;
    // Channel by channel, so that a and c stay at hand instead of being read again
    for (let channel = 0; channel < stride && undo !== none; channel++) undo(data, start + channel, start + lineLength, stride, lineLength + 1);
  }
}

/** Undoes one filter for every `stride`th byte from `start` to before `end`; the line above lies `above` bytes before. */
type Unfilter = (data: Uint8Array, start: number, end: number, stride: number, above: number) => void;

function none(): void {}

function left(data: Uint8Array, start: number, end: number, stride: number): void {
  for (let i = start, a = 0; i < end; i += stride) data[i] = a = ((data[i] as number) + a) & 255;
}

/** Four bytes at once: their lower seven bits are added, which carries into no neighbour, then the highest ones without a carry. */
function addLineAbove(view: DataView, start: number, end: number, above: number): void {
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const here = view.getInt32(i, true);
    const there = view.getInt32(i - above, true);
    view.setInt32(i, ((here & 0x7f7f7f7f) + (there & 0x7f7f7f7f)) ^ ((here ^ there) & 0x80808080), true);
  }
  for (; i < end; i++) view.setUint8(i, view.getUint8(i) + view.getUint8(i - above));
}

function average(data: Uint8Array, start: number, end: number, stride: number, above: number): void {
  for (let i = start, a = 0; i < end; i += stride) data[i] = a = ((data[i] as number) + ((a + (data[i - above] as number)) >> 1)) & 255;
}

function averageFirstLine(data: Uint8Array, start: number, end: number, stride: number): void {
  for (let i = start, a = 0; i < end; i += stride) data[i] = a = ((data[i] as number) + (a >> 1)) & 255;
}

/** Adds whichever of a, b and c is closest to a + b - c; in a tie, the first of them. */
function paeth(data: Uint8Array, start: number, end: number, stride: number, above: number): void {
  for (let i = start, a = 0, c = 0; i < end; i += stride) {
    const b = data[i - above] as number;
    const toA = Math.abs(b - c);
    const toB = Math.abs(a - c);
    const toC = Math.abs(a + b - c - c);
    const closest = toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
    data[i] = a = ((data[i] as number) + closest) & 255;
    c = b;
  }
}

/** The filter that adds the line above, which is undone apart, for it knows no neighbour in its line. */
const UP = 2;

const OTHER_LINES: readonly Unfilter[] = [none, left, none, average, paeth];

/** With nothing above, b and c are 0. */
const FIRST_LINE: readonly Unfilter[] = [none, left, none, averageFirstLine, left];
