/**
 * Holm's correction of several tests: the k-th smallest of m p-values is multiplied by m - k + 1, and none may be smaller than one before it.
 * To reject where the adjusted value is at most 0.05 holds the chance of any false rejection to 0.05, whatever the tests' dependence.
 *
 * @param pValues One a test; `undefined` for a test that could not be made: it is not counted among the m.
 * @returns The adjusted p-values in the same order, at most 1.
 * @throws {RangeError} If a p-value is not from 0 to 1.
 *
 * @example
 * ```ts
 * holm([0.01, 0.04, 0.03]); // [0.03, 0.06, 0.06]
 * ```
 * @see Holm 1979, A simple sequentially rejective multiple test procedure
 */
export function holm(pValues: readonly (number | undefined)[]): (number | undefined)[] {
  for (const p of pValues) if (p !== undefined && !(p >= 0 && p <= 1)) throw new RangeError(`Cannot correct as p-values must be from 0 to 1: current value is ${p}`);
  const tests = pValues.flatMap((p, index) => (p === undefined ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | undefined)[] = pValues.map(() => undefined);
  let largest = 0;
  tests.forEach(({ p, index }, rank) => {
    largest = Math.min(1, Math.max(largest, p * (tests.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
