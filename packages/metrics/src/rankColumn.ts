/** What every score-against-label metric takes besides scores and labels. */
export interface ColumnOptions {
  /** How much each image counts, non-negative. @default all 1 */
  readonly weights?: ArrayLike<number>;
  /** 1 where the label is known, 0 where the image does not count at all; its score and label are not looked at. @default all 1 */
  readonly known?: ArrayLike<number>;
}

/** The known images of one finding in ascending order of score. */
export interface RankedColumn {
  /** The number of images, unknown ones included. */
  readonly length: number;
  /** The image at each rank. */
  readonly order: Int32Array;
  /** 1 where the image at this rank is positive. */
  readonly positive: Uint8Array;
  /** 1 where the next rank has another score, so that a run of ties ends here. */
  readonly lastOfTie: Uint8Array;
  /** The image's own weight at each rank. */
  readonly weights: Float64Array;
}

/** Checks scores, labels, weights and mask, and sorts once for all that is computed from ranks. */
export function rankColumn(action: string, scores: ArrayLike<number>, labels: ArrayLike<number>, { weights, known }: ColumnOptions = {}): RankedColumn {
  const { length } = scores;
  for (const [name, column] of Object.entries({ labels, weights, known })) {
    if (column && column.length !== length) throw new TypeError(`Cannot ${action} as ${name} must have one value for each of ${length} scores: current length is ${column.length}`);
  }
  const images: number[] = [];
  for (let image = 0; image < length; image++) {
    const isKnown = known ? known[image] : 1;
    if (isKnown !== 0 && isKnown !== 1) throw new RangeError(`Cannot ${action} as known must be 0 or 1: current value of image ${image} is ${isKnown}`);
    if (!isKnown) continue;
    if (Number.isNaN(scores[image])) throw new RangeError(`Cannot ${action} as scores must be numbers: current value of image ${image} is NaN`);
    if (labels[image] !== 0 && labels[image] !== 1) throw new RangeError(`Cannot ${action} as known labels must be 0 or 1: current value of image ${image} is ${labels[image]}`);
    const weight = weights ? (weights[image] as number) : 1;
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`Cannot ${action} as weights must be finite and not negative: current value of image ${image} is ${weight}`);
    images.push(image);
  }
  const score = (rank: number): number => scores[order[rank] as number] as number;
  const order = Int32Array.from(images).sort((a, b) => {
    const [left, right] = [scores[a] as number, scores[b] as number];
    return left < right ? -1 : left > right ? 1 : 0; // a difference would be NaN between equal infinities
  });
  return {
    length,
    order,
    positive: Uint8Array.from(order, (image) => labels[image] as number),
    lastOfTie: Uint8Array.from(order, (_, rank) => (rank + 1 === order.length || score(rank) !== score(rank + 1) ? 1 : 0)),
    weights: Float64Array.from(order, (image) => (weights ? (weights[image] as number) : 1)),
  };
}
