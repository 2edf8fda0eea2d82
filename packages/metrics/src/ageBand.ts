/**
 * The age band of a patient, as a level for {@link subgroupTable}.
 *
 * @param years The age in years, or `undefined` where it is not known.
 * @param edges The first year of each band but the youngest, ascending. @default {[18, 40, 60, 80]}
 * @returns Such as `'0 to 17'`, `'18 to 39'`, `'80 and over'`, or `undefined`.
 * @throws {RangeError} If the age is negative or NaN, or the edges do not ascend.
 *
 * @example
 * ```ts
 * ageBand(39.9); // '18 to 39'
 * ```
 */
export function ageBand(years: number | undefined, edges: readonly number[] = [18, 40, 60, 80]): string | undefined {
  if (edges.length === 0 || edges.some((edge, index) => !(edge > (index ? (edges[index - 1] as number) : 0)))) throw new RangeError(`Cannot name an age band as the edges must be positive and ascend: current value is ${edges.join(', ')}`);
  if (years === undefined) return undefined;
  if (!(years >= 0)) throw new RangeError(`Cannot name an age band as the age must not be negative: current value is ${years}`);
  const above = edges.findIndex((edge) => years < edge);
  return above < 0 ? `${edges.at(-1)} and over` : `${edges[above - 1] ?? 0} to ${(edges[above] as number) - 1}`;
}
