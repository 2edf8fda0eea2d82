import { InputError } from '@cxr-ifa/tensor';

/**
 * Undoes PNG's scanline filters in place. Each line is a filter byte and `lineLength` bytes, predicted from
 * the byte `stride` to the left (a), the one above (b) and the one above that (c).
 *
 * @param data Filtered lines; becomes the unfiltered ones, with the filter bytes still in front.
 * @param offset Where the first line starts.
 * @throws {InputError} If a line names an unknown filter.
 */
export function unfilterScanlines(data: Uint8Array, offset: number, lines: number, lineLength: number, stride: number): void {
  for (let line = 0; line < lines; line++) {
    const start = offset + line * (lineLength + 1) + 1;
    const end = start + lineLength;
    const above = start - lineLength - 1; // on the first line everything above counts as 0
    const filter = data[start - 1] as number;
    if (filter > 4) throw new InputError(`Cannot decode the PNG as its lines have filters 0 to 4: current filter is ${filter}`);
    if (filter === 0) continue;
    if (filter === 1 || (filter === 4 && line === 0)) {
      for (let i = start + stride; i < end; i++) data[i] = (data[i] as number) + (data[i - stride] as number);
    } else if (filter === 2) {
      if (line > 0) for (let i = start, up = above; i < end; i++, up++) data[i] = (data[i] as number) + (data[up] as number);
    } else if (filter === 3) {
      for (let i = start, up = above; i < end; i++, up++) {
        const a = i - start >= stride ? (data[i - stride] as number) : 0;
        const b = line > 0 ? (data[up] as number) : 0;
        data[i] = (data[i] as number) + ((a + b) >>> 1);
      }
    } else unfilterPaeth(data, start, end, above, stride);
  }
}

/** The left, upper or upper-left neighbour, whichever is closest to a + b - c; in a tie, the first of them. */
function unfilterPaeth(data: Uint8Array, start: number, end: number, above: number, stride: number): void {
  const first = Math.min(start + stride, end);
  let up = above;
  for (let i = start; i < first; i++, up++) data[i] = (data[i] as number) + (data[up] as number);
  for (let i = first; i < end; i++, up++) {
    const a = data[i - stride] as number;
    const b = data[up] as number;
    const c = data[up - stride] as number;
    const toA = Math.abs(b - c);
    const toB = Math.abs(a - c);
    const toC = Math.abs(a + b - c - c);
    data[i] = (data[i] as number) + (toA <= toB && toA <= toC ? a : toB <= toC ? b : c);
  }
}
