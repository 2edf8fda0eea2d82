import { MAXIMUM_SHIFT, THUMBNAIL_SIZE } from './differenceHash.ts';

/**
 * Pearson's correlation of two thumbnails where they overlap, once the first is shifted against the second.
 *
 * @param right By how many pixels the first's column lies right of the second's that it is compared with.
 * @param down The same of rows.
 * @returns From -1 to 1; 0 where one of them is of one colour.
 */
export function correlationAt(first: ArrayLike<number>, second: ArrayLike<number>, right: number, down: number): number {
  const [height, width] = [THUMBNAIL_SIZE - Math.abs(down), THUMBNAIL_SIZE - Math.abs(right)];
  const start = Math.max(0, down) * THUMBNAIL_SIZE + Math.max(0, right);
  const other = Math.max(0, -down) * THUMBNAIL_SIZE + Math.max(0, -right);
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    const [rowA, rowB] = [start + y * THUMBNAIL_SIZE, other + y * THUMBNAIL_SIZE];
    for (let x = 0; x < width; x++) {
      const [a, b] = [first[rowA + x] as number, second[rowB + x] as number];
      sumA += a;
      sumB += b;
      squaresA += a * a;
      squaresB += b * b;
      products += a * b;
    }
  }
  const count = height * width;
  const [varianceA, varianceB] = [squaresA - (sumA * sumA) / count, squaresB - (sumB * sumB) / count];
  // Rounding leaves something of a variance that is none
  if (varianceA <= 1e-9 * squaresA || varianceB <= 1e-9 * squaresB) return 0;
  return (products - (sumA * sumB) / count) / Math.sqrt(varianceA * varianceB);
}

/**
 * The highest correlation of two thumbnails over shifts of up to two pixels either way.
 *
 * @param first Grey values, 32 x 32, row by row.
 * @param second The same.
 */
export function shiftedCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let highest = -1;
  for (let down = -MAXIMUM_SHIFT; down <= MAXIMUM_SHIFT; down++) {
    for (let right = -MAXIMUM_SHIFT; right <= MAXIMUM_SHIFT; right++) highest = Math.max(highest, correlationAt(first, second, right, down));
  }
  return highest;
}
