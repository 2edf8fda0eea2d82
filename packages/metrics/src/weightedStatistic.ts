/**
 * A statistic of the images as a function of how often each image counts: all ones give the statistic itself, the counts of a bootstrap draw give that draw's.
 * What depends on the scores only, such as their order, is worked out once, when the statistic is made.
 *
 * @param weights One non-negative weight an image; borrowed for the call.
 * @returns The statistic, or `undefined` where these weights leave it without meaning, such as an AUROC without a positive.
 */
export type WeightedStatistic = (weights: ArrayLike<number>) => number | undefined;
