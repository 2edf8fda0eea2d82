/** A greyscale image in memory, row by row, top-left first. */
export interface GrayImage {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The lowest and the highest value the file's format can hold, e.g. [0, 255]: the scale of `data`, not its extremes. */
  readonly range: readonly [low: number, high: number];
  /** 1 where a pixel is image, 0 where it is padding; absent when all of it is image. */
  readonly valid?: Uint8Array;
}
