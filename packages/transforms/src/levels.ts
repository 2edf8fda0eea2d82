import type { Geometry, GrayImage } from '@cxr-ifa/tensor';

/** The levels of an 8-bit image: whole numbers from 0 to 255, kept as floats so that every operation takes the same images. */
export const LEVELS: GrayImage['range'] = [0, 255];

/** An operation on 8-bit levels with its parameters drawn, and the geometry that it gives them, if any. */
export interface LevelOperation {
  readonly apply: (image: GrayImage) => GrayImage;
  readonly geometry?: Geometry;
}

/** Rounds an image of 0..1 to 8-bit levels. */
export function toLevels({ data, width, height }: GrayImage): GrayImage {
  const output = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) output[i] = Math.round((data[i] as number) * 255);
  return { data: output, width, height, range: LEVELS };
}

/** 8-bit levels as an image of 0..1, in `into` or a new array. */
export function fromLevels({ data, width, height }: GrayImage, into?: Float32Array): GrayImage {
  const output = into ?? new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) output[i] = (data[i] as number) * (1 / 255);
  return { data: output, width, height, range: [0, 1] };
}
