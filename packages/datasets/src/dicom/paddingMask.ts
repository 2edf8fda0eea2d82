import { integersOf } from './elementValues.ts';
import type { DataSet } from './readDataSet.ts';
import { storedValue, type StoredSamples } from './storedSamples.ts';

const PIXEL_PADDING_VALUE = 0x00280120;
const PIXEL_PADDING_RANGE_LIMIT = 0x00280121;

/**
 * Which stored values are padding: the padding value, or all between it and the range limit, both included, in either order.
 *
 * @param stored Stored values by code.
 * @returns 1 for image, 0 for padding, by code; `undefined` where the file names no padding.
 * @see DICOM PS3.3, C.7.5.1.1.2
 */
export function paddingMask(stored: Float64Array, dataSet: DataSet, { bits, signed }: Pick<StoredSamples, 'bits' | 'signed'>): Uint8Array | undefined {
  // Some writers fill the bits above those that are stored, others do not
  const asStored = (tag: number): number[] => integersOf(dataSet, tag).map((value) => storedValue({ bits, shift: 0, signed }, value));
  const [value] = asStored(PIXEL_PADDING_VALUE);
  if (value === undefined) return undefined;
  const [limit = value] = asStored(PIXEL_PADDING_RANGE_LIMIT);
  const [low, high] = [Math.min(value, limit), Math.max(value, limit)];
  return new Uint8Array(stored.map((each) => (each >= low && each <= high ? 0 : 1)));
}
