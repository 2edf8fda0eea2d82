import { knownImages } from './knownImages.ts';

/** What every score-against-label metric takes besides scores and labels. */
export interface ColumnOptions {
  /** How much each image counts, non-negative. @default all 1 */
  readonly weights?: ArrayLike<number>;
  /** 1 where the label is known, 0 where the image does not count at all; its score and label are not looked at. @default all 1 */
  readonly known?: ArrayLike<number>;
}

/** The known images of one finding in ascending order of score; of equal scores the negatives come first. */
export interface RankedColumn {
  /** The image at each rank. */
  readonly order: Int32Array;
  /** 1 where the image at this rank is positive. */
  readonly positive: Uint8Array;
  /** 1 where the next rank has another score, so that a run of ties ends here. */
  readonly lastOfTie: Uint8Array;
}

/** Checks scores, labels, weights and mask, and sorts once for all that is computed from ranks. */
export function rankColumn(action: string, scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions = {}): RankedColumn {
  const order = knownImages(action, scores, labels, options).sort((a, b) => {
    const [left, right] = [scores[a] as number, scores[b] as number];
    return left < right ? -1 : left > right ? 1 : (labels[a] as number) - (labels[b] as number); // a difference would be NaN between equal infinities
  });
  const score = (rank: number): number => scores[order[rank] as number] as number;
  return {
    order,
    positive: Uint8Array.from(order, (image) => labels[image] as number),
    lastOfTie: Uint8Array.from(order, (_, rank) => (rank + 1 === order.length || score(rank) !== score(rank + 1) ? 1 : 0)),
  };
}
