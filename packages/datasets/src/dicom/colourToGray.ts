import { InputError } from '@cxr-ifa/tensor';
import { luma } from '../luma.ts';
import type { PixelDescription } from './describePixels.ts';
import { lookUp, readLookupTable } from './lookupTable.ts';
import type { GrayPixels } from './monochromeToGray.ts';
import { pixelsByCode } from './pixelsByCode.ts';
import type { DataSet } from './readDataSet.ts';
import { storedValue, storedValues, type StoredSamples } from './storedSamples.ts';

const PALETTE_DESCRIPTORS = [0x00281101, 0x00281102, 0x00281103] as const;
const PALETTE_DATA = [0x00281201, 0x00281202, 0x00281203] as const;

/**
 * The luma of colours: computed from red, green and blue, or the first sample where they are stored as YBR. Windows do not apply to colours.
 *
 * @throws {InputError} If the samples are signed, or the palette is unusable.
 */
export function colourToGray(samples: StoredSamples, dataSet: DataSet, { photometric, signed, width, height, bitsStored }: PixelDescription): GrayPixels {
  if (photometric === 'PALETTE COLOR') return paletteToGray(samples, dataSet, signed);
  if (signed) throw new InputError(`Cannot decode the DICOM as ${photometric} samples must be unsigned`);
  const { cells, planar } = samples;
  const pixels = width * height;
  const [step, next] = planar ? [1, pixels] : [3, 1];
  const sample = (at: number): number => storedValue(samples, cells[at] as number);
  // The inverse of JPEG 2000's own colour transforms is part of its decoding
  const isRgb = photometric === 'RGB' || photometric === 'YBR_RCT' || photometric === 'YBR_ICT';
  const data = new Float32Array(pixels);
  for (let i = 0, at = 0; i < pixels; i++, at += step) data[i] = isRgb ? luma(sample(at), sample(at + next), sample(at + 2 * next)) : sample(at);
  return { data, range: [0, 2 ** bitsStored - 1] };
}

function paletteToGray(samples: StoredSamples, dataSet: DataSet, signed: boolean): GrayPixels {
  const [red, green, blue] = PALETTE_DESCRIPTORS.map((descriptor, index) => readLookupTable(dataSet, descriptor, PALETTE_DATA[index] as number, signed, 'colour palette')) as [ReturnType<typeof readLookupTable>, ReturnType<typeof readLookupTable>, ReturnType<typeof readLookupTable>];
  const table = new Float32Array(storedValues(samples).map((value) => luma(lookUp(red, value), lookUp(green, value), lookUp(blue, value))));
  return { data: pixelsByCode(samples, table), range: [0, 2 ** red.bits - 1] };
}
