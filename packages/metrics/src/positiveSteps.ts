import type { RankedColumn } from './rankColumn.ts';

/**
 * Where the ranks of a column are cut for a pass that a bootstrap repeats thousands of times. Every distinct score of a positive is a step of three
 * runs of ranks: the negatives below it (and above the step before), the negatives tied with it, the positives.
 * Within a run weights are only added up, without a look at labels or ties, and steps are as few as positives: half the time of a test at every rank.
 */
export interface PositiveSteps {
  /** For each step, the first rank after the negatives below it. */
  readonly tiedStart: Int32Array;
  /** For each step, its first positive rank. */
  readonly positiveStart: Int32Array;
  /** For each step, the first rank after its positives. */
  readonly end: Int32Array;
}

/** Cuts the ranks of a column into steps; ranks after the last step are of negatives above every positive. */
export function positiveSteps({ order, positive, lastOfTie }: RankedColumn): PositiveSteps {
  const [tiedStart, positiveStart, end]: [number[], number[], number[]] = [[], [], []];
  let start = 0; // of the run of ties
  let negatives = 0; // in the run of ties, where they come first
  for (let rank = 0; rank < order.length; rank++) {
    if (!positive[rank]) negatives++;
    if (!lastOfTie[rank]) continue;
    if (positive[rank]) {
      tiedStart.push(start);
      positiveStart.push(start + negatives);
      end.push(rank + 1);
    }
    start = rank + 1;
    negatives = 0;
  }
  return { tiedStart: Int32Array.from(tiedStart), positiveStart: Int32Array.from(positiveStart), end: Int32Array.from(end) };
}
