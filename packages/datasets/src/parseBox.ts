import { InputError, type Box } from '@cxr-ifa/tensor';

/**
 * A box from its four cells.
 *
 * @param cells Left, top, and width and height, or right and bottom where `corners` says so; in pixels of the file.
 * @returns `undefined` where all four are blank, which is how publishers write that there is no box.
 * @throws {InputError} If a cell is no number, or the box has no area.
 */
export function parseBox(cells: readonly [string, string, string, string], row: number, { corners = false }: { readonly corners?: boolean } = {}): Box | undefined {
  if (cells.every((cell) => cell === '' || cell.toLowerCase() === 'nan')) return undefined;
  const [x, y, third, fourth] = cells.map((cell) => (cell === '' ? NaN : Number(cell))) as [number, number, number, number];
  const box: Box = corners ? [x, y, third - x, fourth - y] : [x, y, third, fourth];
  if (!box.every(Number.isFinite) || !(box[0] >= 0 && box[1] >= 0 && box[2] > 0 && box[3] > 0)) {
    throw new InputError(`Cannot read the box of row ${row} as it must be ${corners ? 'left, top, right, bottom' : 'left, top, width, height'} in pixels, with an area: current value is ${cells.join(', ')}`);
  }
  return box;
}
