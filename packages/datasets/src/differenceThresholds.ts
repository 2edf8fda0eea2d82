/**
 * For each of the 64 differences of `differenceHash` its median over chest radiographs, in standard deviations of the image; made by tools/golden/difference_thresholds.py.
 * Chest radiographs resemble one another so much that plain signs of the differences are often the same for different patients: against these medians each bit is as often 1 as 0.
 */
export const DIFFERENCE_THRESHOLDS: readonly number[] = [
  0.32, 0.29, 0.31, 0.32, -0.15, -0.39, -0.31, -0.37,
  0.60, -0.18, 0.00, 0.68, -0.35, -0.40, 0.33, -0.53,
  0.73, -0.67, 0.25, 1.04, -0.40, -0.83, 0.52, -0.47,
  0.46, -0.60, 0.67, 1.04, -0.24, -0.97, -0.01, -0.16,
  0.18, -0.25, 0.89, 0.92, -0.18, -0.67, -0.57, -0.14,
  0.13, 0.07, 0.74, 0.86, -0.16, -0.44, -0.76, -0.40,
  0.59, 0.39, 0.34, 0.49, -0.18, -0.35, -0.70, -0.69,
  1.14, 0.42, 0.12, 0.18, -0.15, -0.18, -0.39, -1.12,
];
