import { InputError } from '@cxr-ifa/tensor';
import { decimalsOf } from './elementValues.ts';
import { lookUp, readLookupTable } from './lookupTable.ts';
import { sequenceItems, type DataSet } from './readDataSet.ts';

/** Values, one for each code that a sample can have, and the range that they can have. */
export interface CodeTable {
  readonly values: Float64Array;
  readonly range: readonly [low: number, high: number];
}

const MODALITY_LUT_SEQUENCE = 0x00283000;
const LUT_DESCRIPTOR = 0x00283002;
const LUT_DATA = 0x00283006;
const RESCALE_INTERCEPT = 0x00281052;
const RESCALE_SLOPE = 0x00281053;

/**
 * From stored values to the modality's: by the Modality LUT, else slope * value + intercept, else as they are.
 *
 * @param table Stored values by code.
 * @see DICOM PS3.3, C.11.1
 * @throws {InputError} If the table or the rescale is unusable.
 */
export function applyModality({ values, range }: CodeTable, dataSet: DataSet, signed: boolean): CodeTable {
  const [item] = sequenceItems(dataSet, MODALITY_LUT_SEQUENCE);
  if (item) {
    const lut = readLookupTable(item, LUT_DESCRIPTOR, LUT_DATA, signed, 'Modality LUT');
    return { values: values.map((value) => lookUp(lut, value)), range: [0, 2 ** lut.bits - 1] };
  }
  const [slope] = decimalsOf(dataSet, RESCALE_SLOPE) ?? [];
  const [intercept] = decimalsOf(dataSet, RESCALE_INTERCEPT) ?? [];
  if (slope === undefined || intercept === undefined) return { values, range };
  if (slope === 0) throw new InputError('Cannot decode the DICOM as its rescale slope must not be 0');
  const ends = range.map((end) => end * slope + intercept);
  return { values: values.map((value) => value * slope + intercept), range: [Math.min(...ends), Math.max(...ends)] };
}
