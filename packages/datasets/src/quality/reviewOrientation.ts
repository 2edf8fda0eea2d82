/** The side of the thumbnails that images are compared by. */
const SIDE = 32;
/** What lies nearer to the edge than this is often collimation: it is left out where brightness is compared. */
const MARGIN = 4;
/** By how much another view of an image must fit better than the image itself, and how well it must fit. */
const GAIN = 0.2;
/** How many robust standard deviations from the middle make an image unusual. */
const UNUSUAL = 5;
/** Sets below this size have no typical image. */
const FEWEST = 20;

/** What is unusual about an image's orientation: at most one of them. */
export type OrientationVerdict = 'inverted' | 'rotated' | 'asymmetric' | 'unlike the others';

/** What the comparison of all images with one another says. */
export interface OrientationReview {
  /** By image; absent where nothing is unusual. */
  readonly verdicts: readonly (OrientationVerdict | undefined)[];
  /** Whether the typical image itself looks inverted: bright lungs beside a dark spine. */
  readonly typicalIsInverted: boolean;
  /** Images of a set this small are not compared. */
  readonly compared: boolean;
}

/**
 * Compares images with the typical one of their set, without labels: inverted images correlate with its negative, rotated ones with its rotations by quarter
 * turns, lateral views among frontal ones are not symmetric, and what fits none of it at all is no such image. It is a list of files to look at and not a
 * judgement: rotated patients, effusions that fill one side and strong collimation come up too.
 *
 * @param thumbnails Grey values on any scale, [N, 32, 32].
 * @throws {RangeError} If the length is no multiple of 32 x 32.
 *
 * @example
 * ```ts
 * const { verdicts } = reviewOrientation(thumbnails);
 * ```
 */
export function reviewOrientation(thumbnails: Uint8Array | Float32Array): OrientationReview {
  const count = thumbnails.length / SIDE ** 2;
  if (!Number.isInteger(count)) throw new RangeError(`Cannot review images as there must be ${SIDE ** 2} grey values an image: current length is ${thumbnails.length}`);
  if (count < FEWEST) return { verdicts: Array.from({ length: count }, () => undefined), typicalIsInverted: false, compared: false };
  // Standardised anew in each pass: of a large set only the thumbnails themselves are held
  const whole = (index: number): Float32Array => standardise(Float32Array.from(thumbnails.subarray(index * SIDE ** 2, (index + 1) * SIDE ** 2)));
  const centre = (index: number): Float32Array => standardise(centreOf(whole(index)));
  const [typical, typicalCentre] = [typicalOf(count, whole), typicalOf(count, centre)];
  const rotations = [1, 2, 3].map((quarterTurns) => rotate(typical, quarterTurns));

  const measures = mapIndices(count, (index) => {
    const image = whole(index);
    const turned = Math.max(...rotations.map((rotation) => correlate(image, rotation)));
    return { upright: correlate(image, typical), symmetry: correlate(image, mirror(image)), turned, negative: -correlate(centre(index), typicalCentre) };
  });
  const [fit, balance] = [robustScale(measures.map(({ upright }) => upright)), robustScale(measures.map(({ symmetry }) => symmetry))];
  const verdicts = measures.map(({ upright, symmetry, turned, negative }): OrientationVerdict | undefined => {
    if (negative > GAIN && negative >= turned) return 'inverted';
    if (turned > GAIN && turned - upright > GAIN) return 'rotated';
    if (fit(upright) < -UNUSUAL) return 'unlike the others';
    return balance(symmetry) < -UNUSUAL ? 'asymmetric' : undefined;
  });
  return { verdicts, typicalIsInverted: looksInverted(typical), compared: true };
}

function mapIndices<T>(count: number, f: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => f(index));
}

/** Mean 0 and norm 1, so that a product is a correlation; a plain image becomes zeros. */
function standardise(image: Float32Array): Float32Array {
  const mean = image.reduce((sum, value) => sum + value, 0) / image.length;
  const centred = image.map((value) => value - mean);
  const norm = Math.sqrt(correlate(centred, centred));
  return norm > 0 ? centred.map((value) => value / norm) : centred;
}

function correlate(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The mean image, then twice the mean of those that are not far from it. */
function typicalOf(count: number, image: (index: number) => Float32Array): Float32Array {
  let typical = meanOf(count, image, () => true);
  for (let round = 0; round < 2; round++) {
    const correlations = mapIndices(count, (index) => correlate(image(index), typical));
    const scale = robustScale(correlations);
    typical = meanOf(count, image, (index) => scale(correlations[index] as number) > -3);
  }
  return typical;
}

function meanOf(count: number, image: (index: number) => Float32Array, isIncluded: (index: number) => boolean): Float32Array {
  const sum = new Float64Array(image(0).length);
  for (let index = 0; index < count; index++) if (isIncluded(index)) image(index).forEach((value, i) => (sum[i]! += value));
  return standardise(Float32Array.from(sum));
}

/** Distance from the median in units of the standard deviation that the median absolute deviation stands for. */
function robustScale(values: readonly number[]): (value: number) => number {
  const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] as number;
  const centre = median(values);
  const deviation = Math.max(1.4826 * median(values.map((value) => Math.abs(value - centre))), 1e-6);
  return (value) => (value - centre) / deviation;
}

const at = (row: number, column: number): number => row * SIDE + column;

function centreOf(image: Float32Array): Float32Array {
  const side = SIDE - 2 * MARGIN;
  return Float32Array.from({ length: side ** 2 }, (_, i) => image[at(MARGIN + Math.floor(i / side), MARGIN + (i % side))] as number);
}

function mirror(image: Float32Array): Float32Array {
  return image.map((_, i) => image[at(Math.floor(i / SIDE), SIDE - 1 - (i % SIDE))] as number);
}

function rotate(image: Float32Array, quarterTurns: number): Float32Array {
  if (quarterTurns === 0) return image;
  return rotate(image.map((_, i) => image[at(i % SIDE, SIDE - 1 - Math.floor(i / SIDE))] as number), quarterTurns - 1);
}

/** In a frontal chest radiograph the middle third of the columns is brighter than the lungs beside it. */
function looksInverted(typical: Float32Array): boolean {
  const mean = (from: number, to: number): number => {
    let sum = 0;
    for (let row = SIDE / 4; row < (5 * SIDE) / 8; row++) for (let column = from; column < to; column++) sum += typical[at(row, column)] as number;
    return sum / (to - from);
  };
  return mean(14, 18) < (mean(7, 12) + mean(20, 25)) / 2;
}
