/** Feature vectors of many images in host memory, row by row: what probes are fitted on and neighbours searched in. */
export interface Features {
  /** count x dimension values. */
  readonly data: Float32Array;
  readonly count: number;
  readonly dimension: number;
}

/** Checks that features are what they say, with finite values only. */
export function assertFeatures(action: string, { data, count, dimension }: Features, expectedDimension: number = dimension): void {
  if (!(Number.isSafeInteger(count) && count > 0)) throw new RangeError(`Cannot ${action} as features must hold at least one image: current count is ${count}`);
  if (!(Number.isSafeInteger(dimension) && dimension > 0)) throw new RangeError(`Cannot ${action} as features must have at least one dimension: current dimension is ${dimension}`);
  if (dimension !== expectedDimension) throw new TypeError(`Cannot ${action} as features must have ${expectedDimension} dimensions: current dimension is ${dimension}`);
  if (data.length !== count * dimension) throw new TypeError(`Cannot ${action} as features must have ${count} x ${dimension} values: current length is ${data.length}`);
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index])) {
      throw new RangeError(`Cannot ${action} as features must be finite: current value of dimension ${index % dimension} of image ${Math.floor(index / dimension)} is ${data[index]}`);
    }
  }
}
