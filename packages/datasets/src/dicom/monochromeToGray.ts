import { InputError } from '@cxr-ifa/tensor';
import { applyModality } from './applyModality.ts';
import { applyVoi, type DicomVoi } from './applyVoi.ts';
import type { PixelDescription } from './describePixels.ts';
import { textOf } from './elementValues.ts';
import { paddingMask } from './paddingMask.ts';
import { occurringCodes, pixelsByCode } from './pixelsByCode.ts';
import type { DataSet } from './readDataSet.ts';
import { storedValues, type StoredSamples } from './storedSamples.ts';

/** Pixels after the whole chain. */
export interface GrayPixels {
  readonly data: Float32Array;
  readonly range: readonly [low: number, high: number];
  readonly valid?: Uint8Array;
  /** From where to where the file's window reaches, where it is not applied. */
  readonly window?: readonly [low: number, high: number];
}

const PRESENTATION_LUT_SHAPE = 0x20500020;

/**
 * Takes stored samples of one value a pixel through the chain: modality, values of interest, presentation.
 * There are at most 65,536 codes, so the chain is worked out once a code, and looked up for each pixel.
 *
 * White is high in the result: MONOCHROME1 and the presentation shape INVERSE, which say the same, turn it round. Padding becomes the lowest value.
 *
 * @param applyWindow Whether the file's window is applied, or only told.
 * @throws {InputError} If a step of the chain is unusable, or all pixels are padding.
 */
export function monochromeToGray(samples: StoredSamples, dataSet: DataSet, { photometric, bitsStored, signed }: PixelDescription, applyWindow: boolean): GrayPixels & { readonly voi: DicomVoi } {
  const stored = storedValues(samples);
  const storedRange = signed ? ([-(2 ** (bitsStored - 1)), 2 ** (bitsStored - 1) - 1] as const) : ([0, 2 ** bitsStored - 1] as const);
  const mask = paddingMask(stored, dataSet, samples);
  const modality = applyModality({ values: stored, range: storedRange }, dataSet, signed);
  const { values, voi, window, ...spread } = applyVoi(modality, dataSet, signed, applyWindow);
  const occurring = mask || voi === 'extremes' ? occurringCodes(samples) : undefined;
  const image = occurring && mask ? occurring.map((occurs, code) => occurs & (mask[code] as number)) : occurring;
  if (image && !image.includes(1)) throw new InputError('Cannot decode the DICOM as all its pixels are padding');
  const [low, high] = voi === 'extremes' ? extremes(values, image as Uint8Array) : spread.range;
  if (!Number.isFinite(Math.fround(low)) || !Number.isFinite(Math.fround(high))) throw new InputError(`Cannot decode the DICOM as its values must fit floats of 32 bits: current range is ${low} to ${high}`);
  const inverted = photometric === 'MONOCHROME1' || textOf(dataSet, PRESENTATION_LUT_SHAPE) === 'INVERSE';
  const table = new Float32Array(values.map((value, code) => (mask?.[code] === 0 ? low : inverted ? low + high - value : value)));
  const padded = mask && occurring?.some((occurs, code) => occurs === 1 && mask[code] === 0);
  const turned = window && (inverted ? ([low + high - window[1], low + high - window[0]] as const) : window);
  return { data: pixelsByCode(samples, table), range: [low, high], voi, ...(turned && { window: turned }), ...(padded && { valid: new Uint8Array(pixelsByCode(samples, new Float32Array(mask))) }) };
}

function extremes(values: Float64Array, counted: Uint8Array): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (let code = 0; code < values.length; code++) {
    if (counted[code] === 0) continue;
    low = Math.min(low, values[code] as number);
    high = Math.max(high, values[code] as number);
  }
  return [low, high];
}
