/** A map over an image, row by row, such as a Grad-CAM map brought to the image's size. */
export interface MapPlane {
  /** Finite and not negative: how much each pixel speaks for the finding. */
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** Checks a map and the mask that it is held against. */
export function assertMap(action: string, { data, width, height }: MapPlane, mask: ArrayLike<number>): void {
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0)) throw new RangeError(`Cannot ${action} as the map must have a width and a height: current size is ${width} x ${height}`);
  for (const [name, values] of [['map', data], ['mask', mask]] as const) {
    if (values.length !== width * height) throw new TypeError(`Cannot ${action} as the ${name} must have ${width} x ${height} pixels: current number is ${values.length}`);
  }
  for (let pixel = 0; pixel < data.length; pixel++) {
    if (!((data[pixel] as number) >= 0 && (data[pixel] as number) < Infinity)) throw new RangeError(`Cannot ${action} as the map must be finite and not negative: current value of pixel ${pixel} is ${data[pixel]}`);
    if (mask[pixel] !== 0 && mask[pixel] !== 1) throw new RangeError(`Cannot ${action} as the mask must be 0 or 1: current value of pixel ${pixel} is ${mask[pixel]}`);
  }
}
