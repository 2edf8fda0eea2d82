/** The quantile of ascending numbers at `probability`, linear between neighbours (NumPy's default, Hyndman and Fan's type 7). */
export function quantile(ascending: Float64Array, probability: number): number {
  const position = probability * (ascending.length - 1);
  const below = Math.floor(position);
  const [low, high] = [ascending[below] as number, ascending[Math.min(below + 1, ascending.length - 1)] as number];
  return low + (position - below) * (high - low);
}
