/** A function of one body coordinate, tabulated: what each pixel asks for again and again. */
export interface Curve {
  readonly low: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** Tabulates a function between two coordinates. */
export function createCurve(low: number, high: number, step: number, value: (coordinate: number) => number): Curve {
  const length = Math.ceil((high - low) / step) + 1;
  return { low, step, values: Float64Array.from({ length }, (_, index) => value(low + index * step)) };
}

/** The curve at a coordinate, linear between its samples and constant beyond its ends. */
export function curveAt(curve: Curve, coordinate: number): number {
  const position = (coordinate - curve.low) / curve.step;
  const last = curve.values.length - 1;
  if (position <= 0) return curve.values[0] as number;
  if (position >= last) return curve.values[last] as number;
  const index = Math.floor(position);
  const below = curve.values[index] as number;
  return below + (position - index) * ((curve.values[index + 1] as number) - below);
}
