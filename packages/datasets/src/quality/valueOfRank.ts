/**
 * The value that would stand at a place if the values were sorted, by Hoare's selection: several times faster than to sort them all.
 *
 * @param values At least one number, none of them NaN; they are put into another order.
 * @param rank From 0, the lowest, to one less than there are.
 */
export function valueOfRank(values: Float32Array, rank: number): number {
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const pivot = values[(first + last) >> 1] as number;
    let [left, right] = [first, last];
    while (left <= right) {
      while ((values[left] as number) < pivot) left++;
      while ((values[right] as number) > pivot) right--;
      if (left > right) break;
      const value = values[left] as number;
      values[left++] = values[right] as number;
      values[right--] = value;
    }
    if (rank <= right) last = right;
    else if (rank >= left) first = left;
    else break;
  }
  return values[rank] as number;
}
