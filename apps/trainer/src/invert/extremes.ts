/**
 * The rows of the best, the middle and the worst images by a score, best first in each; no row twice.
 *
 * @param scores Higher is better.
 * @param most How many of each at the most.
 */
export function extremes(scores: readonly number[], most: number): { best: number[]; median: number[]; worst: number[] } {
  const order = scores.map((_, row) => row).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const each = Math.min(most, Math.floor(order.length / 3));
  if (each === 0) return { best: order.slice(0, 1), median: [], worst: order.slice(1) };
  const start = Math.floor((order.length - each) / 2);
  return { best: order.slice(0, each), median: order.slice(start, start + each), worst: order.slice(-each) };
}
