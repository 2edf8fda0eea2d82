import { InputError } from '@cxr-ifa/tensor';
import type { CodeTable } from './applyModality.ts';
import { decimalsOf, textOf } from './elementValues.ts';
import { readLookupTable, lookUp } from './lookupTable.ts';
import { sequenceItems, type DataSet } from './readDataSet.ts';

/** What chose the values of interest: a table, a window by its function, or nothing, so that the image's own extremes are the range. */
export type DicomVoi = 'LUT' | 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID' | 'extremes';

const VOI_LUT_SEQUENCE = 0x00283010;
const LUT_DESCRIPTOR = 0x00283002;
const LUT_DATA = 0x00283006;
const WINDOW_CENTER = 0x00281050;
const WINDOW_WIDTH = 0x00281051;
const VOI_LUT_FUNCTION = 0x00281056;

/** Where a value lies in a window: 0 at its lower end or below, 1 at its upper end or above. */
type Window = (value: number, center: number, width: number) => number;

/** From where to where a window reaches. */
type Edges = (center: number, width: number) => readonly [low: number, high: number];

const clamp = (position: number): number => (position <= 0 ? 0 : position > 1 ? 1 : position);
const around: Edges = (center, width) => [center - width / 2, center + width / 2];
const WINDOWS: Readonly<Record<string, { minimumWidth: (width: number) => boolean; window: Window; edges: Edges }>> = {
  // A width of 1 is a threshold
  LINEAR: { minimumWidth: (width) => width >= 1, window: (value, center, width) => (width === 1 ? (value <= center - 0.5 ? 0 : 1) : clamp((value - (center - 0.5)) / (width - 1) + 0.5)), edges: (center, width) => around(center - 0.5, Math.max(width - 1, 1)) },
  LINEAR_EXACT: { minimumWidth: (width) => width > 0, window: (value, center, width) => clamp((value - center) / width + 0.5), edges: around },
  SIGMOID: { minimumWidth: (width) => width > 0, window: (value, center, width) => 1 / (1 + Math.exp((-4 * (value - center)) / width)), edges: around },
};

/** Values of interest, what chose them, and a window that was left to others to apply. */
export interface ValuesOfInterest extends CodeTable {
  readonly voi: DicomVoi;
  readonly window?: readonly [low: number, high: number];
}

/**
 * From the modality's values to the values of interest: by the first VOI LUT, else by the first window, else as they are.
 * A window spreads its values over the range of the modality's.
 *
 * @param signed Whether the modality's values are signed.
 * @param applyWindow Whether a window is applied; otherwise it is only told from where to where it reaches, and the values stay as they are.
 * @see DICOM PS3.3, C.11.2
 * @throws {InputError} If the table or the window is unusable.
 */
export function applyVoi({ values, range }: CodeTable, dataSet: DataSet, signed: boolean, applyWindow: boolean): ValuesOfInterest {
  const [item] = sequenceItems(dataSet, VOI_LUT_SEQUENCE);
  if (item) {
    const lut = readLookupTable(item, LUT_DESCRIPTOR, LUT_DATA, signed, 'VOI LUT');
    return { values: values.map((value) => lookUp(lut, value)), range: [0, 2 ** lut.bits - 1], voi: 'LUT' };
  }
  const [center] = decimalsOf(dataSet, WINDOW_CENTER) ?? [];
  const [width] = decimalsOf(dataSet, WINDOW_WIDTH) ?? [];
  if (center === undefined || width === undefined) return { values, range, voi: 'extremes' };
  const name = textOf(dataSet, VOI_LUT_FUNCTION)?.toUpperCase() ?? 'LINEAR';
  const found = Object.hasOwn(WINDOWS, name) ? WINDOWS[name] : undefined;
  if (!found) throw new InputError('Cannot decode the DICOM as its VOI LUT function must be LINEAR, LINEAR_EXACT or SIGMOID');
  if (!found.minimumWidth(width)) throw new InputError(`Cannot decode the DICOM as its window is too narrow for ${name}: current width is ${width}`);
  if (!applyWindow) return { values, range, voi: name as DicomVoi, window: found.edges(center, width) };
  const [low, high] = range;
  return { values: values.map((value) => found.window(value, center, width) * (high - low) + low), range, voi: name as DicomVoi };
}
