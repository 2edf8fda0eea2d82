/** Mirrors an index at the centres of the first and the last pixel: ... 2 1 | 0 1 2 ... (OpenCV's BORDER_REFLECT_101). */
export function reflect101(index: number, length: number): number {
  if (index >= 0 && index < length) return index;
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const offset = ((index % period) + period) % period;
  return offset < length ? offset : period - offset;
}
