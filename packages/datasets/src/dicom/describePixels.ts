import { InputError } from '@cxr-ifa/tensor';
import { checkImageSize } from '../checkImageSize.ts';
import { decimalsOf, integersOf, textOf } from './elementValues.ts';
import { PIXEL_DATA, type DataSet } from './readDataSet.ts';

/** The kinds of pixel that can be turned to grey. In YBR ones the first sample is the luma already. */
const PHOTOMETRIC_SAMPLES = { MONOCHROME1: 1, MONOCHROME2: 1, 'PALETTE COLOR': 1, RGB: 3, YBR_FULL: 3, YBR_FULL_422: 3, YBR_ICT: 3, YBR_RCT: 3 } as const;
export type Photometric = keyof typeof PHOTOMETRIC_SAMPLES;

/** The Image Pixel module, checked. */
export interface PixelDescription {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly photometric: Photometric;
  readonly samplesPerPixel: 1 | 3;
  readonly planar: boolean;
  readonly bitsAllocated: 8 | 16;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

const FLOAT_PIXEL_DATA = [0x7fe00008, 0x7fe00009];
const FUNCTIONAL_GROUPS = [0x52009229, 0x52009230];

/**
 * Reads what a DICOM's header says of its pixels.
 *
 * @see DICOM PS3.3, C.7.6.3
 * @throws {InputError} If there is no image, it is too large, inconsistent, or of a kind that is not supported.
 */
export function describePixels(dataSet: DataSet, maximumPixels: number): PixelDescription {
  if (!dataSet.elements.has(PIXEL_DATA)) {
    const kind = FLOAT_PIXEL_DATA.some((tag) => dataSet.elements.has(tag)) ? 'float pixel data, which are not supported' : 'no pixel data';
    throw new InputError(`Cannot decode the DICOM as it holds ${kind}`);
  }
  if (FUNCTIONAL_GROUPS.some((tag) => dataSet.elements.has(tag))) throw new InputError('Cannot decode the DICOM as enhanced multi-frame objects, which describe each frame apart, are not supported');
  const [height = 0] = integersOf(dataSet, 0x00280010);
  const [width = 0] = integersOf(dataSet, 0x00280011);
  checkImageSize('DICOM', width, height, maximumPixels);
  const photometric = textOf(dataSet, 0x00280004) ?? '';
  if (!isPhotometric(photometric)) throw new InputError(`Cannot decode the DICOM as its photometric interpretation is not supported: current value is ${/^[A-Z0-9_ ]{1,16}$/.test(photometric) ? photometric : 'none of the standard'}`);
  const [samplesPerPixel = 1] = integersOf(dataSet, 0x00280002);
  const expected = PHOTOMETRIC_SAMPLES[photometric];
  if (samplesPerPixel !== expected) throw new InputError(`Cannot decode the DICOM as ${photometric} must have ${expected} samples a pixel: current value is ${samplesPerPixel}`);
  const [bitsAllocated = 0] = integersOf(dataSet, 0x00280100);
  const [bitsStored = bitsAllocated] = integersOf(dataSet, 0x00280101);
  const [highBit = bitsStored - 1] = integersOf(dataSet, 0x00280102);
  if (bitsAllocated !== 8 && bitsAllocated !== 16) throw new InputError(`Cannot decode the DICOM as its samples must be allocated 8 or 16 bits: current value is ${bitsAllocated}`);
  if (!(bitsStored >= 1 && bitsStored <= bitsAllocated && highBit >= bitsStored - 1 && highBit < bitsAllocated)) {
    throw new InputError(`Cannot decode the DICOM as its bits contradict one another: ${bitsStored} stored up to bit ${highBit} of ${bitsAllocated} allocated`);
  }
  const [representation = 0] = integersOf(dataSet, 0x00280103);
  const [frames = 1] = decimalsOf(dataSet, 0x00280008) ?? [];
  if (!(Number.isInteger(frames) && frames >= 1)) throw new InputError(`Cannot decode the DICOM as its number of frames must be a positive integer: current value is ${frames}`);
  return { width, height, frames, photometric, samplesPerPixel: expected, planar: integersOf(dataSet, 0x00280006)[0] === 1, bitsAllocated, bitsStored, highBit, signed: representation === 1 };
}

function isPhotometric(value: string): value is Photometric {
  return Object.hasOwn(PHOTOMETRIC_SAMPLES, value);
}
