/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing the mean of theirs.
 *
 * @param first Numbers; infinities are allowed, NaN is not.
 * @param second As many, in the same order.
 * @returns From -1 to 1; `undefined` where either is constant, or there are fewer than two.
 * @throws {TypeError} If the lengths differ.
 * @throws {RangeError} If a number is NaN.
 *
 * @example
 * ```ts
 * rankCorrelation([1, 2, 3, 4], [1, 4, 9, 16]); // 1
 * ```
 * @see Spearman 1904, The Proof and Measurement of Association between Two Things
 */
export function rankCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number | undefined {
  if (first.length !== second.length) throw new TypeError(`Cannot correlate ranks as there must be as many numbers on both sides: current lengths are ${first.length} and ${second.length}`);
  const count = first.length;
  const [a, b] = [centredRanks(first), centredRanks(second)];
  let [cross, squaresA, squaresB] = [0, 0, 0];
  for (let index = 0; index < count; index++) {
    cross += (a[index] as number) * (b[index] as number);
    squaresA += (a[index] as number) ** 2;
    squaresB += (b[index] as number) ** 2;
  }
  return squaresA > 0 && squaresB > 0 ? cross / Math.sqrt(squaresA * squaresB) : undefined;
}

/** Mid-ranks less their mean: halves of integers, so that a constant has zeros exactly. */
function centredRanks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, index) => {
    if (Number.isNaN(values[index])) throw new RangeError(`Cannot correlate ranks as every number must be one: current value of number ${index} is NaN`);
    return index;
  }).sort((i, j) => ((values[i] as number) < (values[j] as number) ? -1 : (values[i] as number) > (values[j] as number) ? 1 : 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let rank = start; rank < end; rank++) ranks[order[rank] as number] = (start + end - 1) / 2 - (values.length - 1) / 2;
  }
  return ranks;
}
