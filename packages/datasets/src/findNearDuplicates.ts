import { differenceHasher, MAXIMUM_SHIFT, THUMBNAIL_SIZE } from './differenceHash.ts';
import { createHashIndex } from './hashIndex.ts';
import { correlationAt, shiftedCorrelation } from './shiftedCorrelation.ts';

/** What counts as a near-duplicate. */
export interface NearDuplicateOptions {
  /** The correlation that a pair must exceed, above 0 and below 1; meant for 0.98 and more, see below. @default {0.99} */
  readonly threshold?: number;
  /** The part that each image belongs to: only pairs across parts are looked for. All pairs by default. */
  readonly groups?: ArrayLike<number>;
  /** Where the search ends: so many pairs say enough. @default {100000} */
  readonly maximumPairs?: number;
}

/** Two images that show the same. */
export interface NearDuplicate {
  /** Positions of the images, the lower one first. */
  readonly first: number;
  readonly second: number;
  /** Of the 32 x 32 thumbnails, the highest over shifts of up to 2 pixels. */
  readonly correlation: number;
}

/** What was found. */
export interface NearDuplicates {
  readonly pairs: readonly NearDuplicate[];
  readonly threshold: number;
  /** How many pairs the hashes proposed. */
  readonly candidates: number;
  /** Images of one colour, which resemble everything and nothing: they are compared with none. */
  readonly featureless: number;
  /** Whether the search came to its end, and not to `maximumPairs`. */
  readonly complete: boolean;
}

const PIXELS = THUMBNAIL_SIZE ** 2;
/** How far the correlation at the shift that the hashes propose may be below that at the best one, a pixel beside it. */
const SLACK = 0.1;

/**
 * Finds pairs of images that show the same: copies that were re-encoded, resized, brightened or shifted a little. Hashes only propose pairs;
 * a near-duplicate is a pair whose 32 x 32 thumbnails correlate above the threshold at some shift of up to 2 pixels either way (2 of 32 are 6 % of the side).
 * Mirrored, rotated and cropped copies are other images to it.
 *
 * The hashes of 25 windows of each image are looked up among the middle windows of the others, by multi-index hashing within 7 of 64 bits: every pair within that distance is found, none beyond.
 * Of altered copies above 0.99 that is all but two in a hundred at the worst (measured: tools/bench/leakGuard.mjs); below 0.98 many are missed, at 0.95 most.
 * Time grows with the pairs that agree in 15 bits of a band of 16, which is far below all pairs for radiographs, and comes near them for images that are all alike.
 *
 * @param thumbnails Grey values on any scale, [N, 32, 32]: every image made small in the same way, without aliasing.
 * @returns Pairs in the order of their positions.
 * @throws {RangeError} If the sizes do not fit, or the threshold is not between 0 and 1.
 *
 * @example
 * ```ts
 * const { pairs } = findNearDuplicates(thumbnails, { groups: records.map(({ split }) => (split === 'test' ? 1 : 0)) });
 * ```
 */
export function findNearDuplicates(thumbnails: Uint8Array | Float32Array, { threshold = 0.99, groups, maximumPairs = 100_000 }: NearDuplicateOptions = {}): NearDuplicates {
  const count = thumbnails.length / PIXELS;
  if (!Number.isInteger(count) || (groups !== undefined && groups.length !== count)) {
    throw new RangeError(`Cannot find near-duplicates as there must be ${PIXELS} grey values, and one group, an image: current lengths are ${thumbnails.length} and ${groups?.length ?? 'none'}`);
  }
  if (!(threshold > 0 && threshold < 1)) throw new RangeError(`Cannot find near-duplicates as the threshold must be between 0 and 1: current value is ${threshold}`);
  const thumbnail = (position: number): Uint8Array | Float32Array => thumbnails.subarray(position * PIXELS, (position + 1) * PIXELS);
  const hashes = Array.from({ length: count }, (_, position) => differenceHasher(thumbnail(position))(0, 0));
  const index = createHashIndex(hashes);
  const ranks = rankImages(count, groups);
  const pairs: NearDuplicate[] = [];
  const [proposedTo, decidedFor] = [new Int32Array(count).fill(-1), new Int32Array(count).fill(-1)]; // by the image that was asked for last
  let candidates = 0;
  for (let position = 0; position < count && pairs.length < maximumPairs; position++) {
    if (hashes[position] === undefined || ranks.isLast(position)) continue;
    const own = thumbnail(position);
    const hashOf = differenceHasher(own);
    for (const [right, down] of SHIFTS) {
      const hash = hashOf(right, down);
      if (!hash) continue;
      index.search(hash, (other) => {
        if (decidedFor[other] === position || !ranks.isBefore(position, other) || pairs.length >= maximumPairs) return;
        if (proposedTo[other] !== position) candidates++;
        proposedTo[other] = position;
        const image = thumbnail(other);
        if (correlationAt(own, image, right, down) <= threshold - SLACK) return;
        decidedFor[other] = position;
        const correlation = shiftedCorrelation(own, image);
        if (correlation > threshold) pairs.push({ first: Math.min(position, other), second: Math.max(position, other), correlation });
      });
    }
  }
  pairs.sort((a, b) => a.first - b.first || a.second - b.second);
  return { pairs, threshold, candidates, featureless: hashes.filter((hash) => hash === undefined).length, complete: pairs.length < maximumPairs };
}

const STEPS = Array.from({ length: 2 * MAXIMUM_SHIFT + 1 }, (_, step) => step - MAXIMUM_SHIFT);
const SHIFTS = STEPS.flatMap((down) => STEPS.map((right) => [right, down] as const));

/** Which of two images is looked up and which is found, so that each pair is met once, and the largest group is only found: its many windows are never hashed. */
function rankImages(count: number, groups: ArrayLike<number> | undefined): { isBefore(position: number, other: number): boolean; isLast(position: number): boolean } {
  if (groups === undefined) return { isBefore: (position, other) => position < other, isLast: () => false };
  const sizes = new Map<number, number>();
  for (let position = 0; position < count; position++) sizes.set(groups[position] as number, (sizes.get(groups[position] as number) ?? 0) + 1);
  const order = [...sizes].sort(([a, sizeOfA], [b, sizeOfB]) => sizeOfA - sizeOfB || a - b).map(([group]) => group);
  const rankOf = new Map(order.map((group, rank) => [group, rank]));
  const ranks = Int32Array.from({ length: count }, (_, position) => rankOf.get(groups[position] as number) as number);
  return { isBefore: (position, other) => (ranks[position] as number) < (ranks[other] as number), isLast: (position) => ranks[position] === order.length - 1 };
}
