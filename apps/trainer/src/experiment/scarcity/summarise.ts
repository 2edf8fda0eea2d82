import { aurocStatistic, bootstrapInterval, type BootstrapDraws } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';
import { estimateOf, type Estimate } from '../../classify/findingColumn.ts';
import { differenceOfMeans, meansOverDraws, type DrawnMean } from '../meansOverDraws.ts';

/** The cells of one encoder at one level: log odds of the test images, by repeat; null where nothing could be trained. */
export interface EncoderCells {
  readonly name: string;
  readonly logits: readonly (Float32Array | null)[];
}

/** What one encoder came to at one level. */
export interface EncoderSummary {
  readonly name: string;
  readonly auroc: Estimate;
  /** The AUROC of each draw. */
  readonly byDraw: readonly (number | null)[];
  /** Minus the baseline, paired by draw and patient; null for the baseline itself. */
  readonly difference: Estimate | null;
  /** Whether it has the highest mean, and its difference to each of the others excludes 0, all of them at the stated confidence together (Bonferroni). */
  readonly isBest: boolean;
}

/** How {@link summariseLevel} judges. */
export interface SummariseOptions {
  readonly labels: ArrayLike<number>;
  readonly known: ArrayLike<number>;
  readonly patients: readonly (string | undefined)[];
  readonly baseline: string;
  readonly samples: number;
  readonly confidence: number;
  readonly rng: Rng;
}

/**
 * Compares encoders whose cells are pairs: the same training draws, tested on the same images. Intervals are over test patients and draws
 * ({@link meansOverDraws}).
 */
export function summariseLevel(encoders: readonly EncoderCells[], { labels, known, patients, baseline, samples, confidence, rng }: SummariseOptions): EncoderSummary[] {
  const statistics = encoders.map(({ logits }) => [logits.map((column) => column ? aurocStatistic(column, labels, { known }) : undefined)]);
  const means = meansOverDraws(statistics, patients, { rng, samples });
  const estimate = (mean: BootstrapDraws, level: number): Estimate => estimateOf(bootstrapInterval(mean, level));
  const difference = (a: number, b: number, level: number): Estimate => estimate(differenceOfMeans(means[a] as DrawnMean, means[b] as DrawnMean), level);
  const best = means.reduce((highest, { value = -Infinity }, index) => (value > (means[highest]?.value ?? -Infinity) ? index : highest), 0);
  const others = encoders.flatMap((_, index) => (index === best ? [] : [index]));
  const isApart = others.length > 0 && others.every((other) => (difference(best, other, 1 - (1 - confidence) / others.length).low ?? -Infinity) > 0);
  const base = encoders.findIndex(({ name }) => name === baseline);
  return encoders.map(({ name }, index) => {
    const mean = means[index] as DrawnMean;
    return { name, auroc: estimate(mean, confidence), byDraw: mean.byDraw[0] ?? [], difference: base < 0 || base === index ? null : difference(index, base, confidence), isBest: isApart && index === best };
  });
}
