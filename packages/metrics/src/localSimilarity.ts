const RADIUS = 5;
const SIGMA = 1.5;
const WINDOW = Array.from({ length: 2 * RADIUS + 1 }, (_, k) => Math.exp(-((k - RADIUS) ** 2) / (2 * SIGMA ** 2)));
const WEIGHTS = Float64Array.from(WINDOW, (weight) => weight / WINDOW.reduce((sum, value) => sum + value, 0));

/** The side of the window: an image must be at least as large. */
export const WINDOW_SIZE: number = WEIGHTS.length;

/** Pixels of one channel, row by row. */
export interface Plane {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** The Gaussian mean around every pixel whose window lies inside. */
function blur(data: ArrayLike<number>, width: number, height: number): Float64Array {
  const [innerWidth, innerHeight] = [width - 2 * RADIUS, height - 2 * RADIUS];
  const across = new Float64Array(innerWidth * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < innerWidth; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW_SIZE; k++) sum += (WEIGHTS[k] as number) * (data[y * width + x + k] as number);
      across[y * innerWidth + x] = sum;
    }
  }
  const both = new Float64Array(innerWidth * innerHeight);
  for (let y = 0; y < innerHeight; y++) {
    for (let x = 0; x < innerWidth; x++) {
      let sum = 0;
      for (let k = 0; k < WINDOW_SIZE; k++) sum += (WEIGHTS[k] as number) * (across[(y + k) * innerWidth + x] as number);
      both[y * innerWidth + x] = sum;
    }
  }
  return both;
}

/**
 * The mean over windows of SSIM, luminance (2 a b + C1) / (a^2 + b^2 + C1) times contrast and structure (2 s_ab + C2) / (s_a^2 + s_b^2 + C2), and of the
 * latter alone, with Wang's 11 x 11 Gaussian of sigma 1.5, C1 = (0.01 extent)^2 and C2 = (0.03 extent)^2; windows that leave the image do not count.
 */
export function localSimilarity(first: Plane, second: Plane, extent: number): { similarity: number; contrastStructure: number } {
  const { width, height } = first;
  const product = (a: ArrayLike<number>, b: ArrayLike<number>): Float64Array => Float64Array.from(a, (value, pixel) => value * (b[pixel] as number));
  const [meanA, meanB] = [blur(first.data, width, height), blur(second.data, width, height)];
  const [squareA, squareB, cross] = [
    blur(product(first.data, first.data), width, height),
    blur(product(second.data, second.data), width, height),
    blur(product(first.data, second.data), width, height),
  ];
  const [c1, c2] = [(0.01 * extent) ** 2, (0.03 * extent) ** 2];
  let [similarity, contrastStructure] = [0, 0];
  for (let window = 0; window < meanA.length; window++) {
    const [a, b] = [meanA[window] as number, meanB[window] as number];
    const [varianceA, varianceB, covariance] = [(squareA[window] as number) - a * a, (squareB[window] as number) - b * b, (cross[window] as number) - a * b];
    const part = (2 * covariance + c2) / (varianceA + varianceB + c2);
    contrastStructure += part / meanA.length;
    similarity += (part * ((2 * a * b + c1) / (a * a + b * b + c1))) / meanA.length;
  }
  return { similarity, contrastStructure };
}
