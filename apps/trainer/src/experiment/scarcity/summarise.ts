import { aurocStatistic, bootstrapDraws, type BootstrapDraws, type WeightedStatistic } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';

/** A mean over draws with its interval over patients and draws; null where it is not defined. */
export interface DrawnEstimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The cells of one encoder at one level: log odds of the test images, by repeat; null where nothing could be trained. */
export interface EncoderCells {
  readonly name: string;
  readonly logits: readonly (Float32Array | null)[];
}

/** What one encoder came to at one level. */
export interface EncoderSummary {
  readonly name: string;
  readonly auroc: DrawnEstimate;
  /** The AUROC of each draw. */
  readonly byDraw: readonly (number | null)[];
  /** Minus the baseline, paired by draw and patient; null for the baseline itself. */
  readonly difference: DrawnEstimate | null;
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
 * Compares encoders whose cells are pairs: the same training draws, tested on the same images. Each bootstrap round draws test patients and training draws, both with replacement and
 * both the same for all encoders, and takes the mean AUROC over the draws: so an interval holds what chance does to the test set and to which patients were labelled.
 * A draw at which some encoder could not be trained is left out of all.
 */
export function summariseLevel(encoders: readonly EncoderCells[], { labels, known, patients, baseline, samples, confidence, rng }: SummariseOptions): EncoderSummary[] {
  const repeats = Math.max(...encoders.map(({ logits }) => logits.length));
  const usable = Array.from({ length: repeats }, (_, repeat) => repeat).filter((repeat) => encoders.every(({ logits }) => logits[repeat]));
  const statistics: Record<string, WeightedStatistic> = {};
  for (const [index, { logits }] of encoders.entries()) for (const repeat of usable) statistics[`${index} ${repeat}`] = aurocStatistic(logits[repeat] as Float32Array, labels, { known });
  const drawn = usable.length > 0 ? bootstrapDraws(statistics, patients, { rng: rng.fork('patients'), samples }) : {};
  const drawRng = rng.fork('draws');
  const chosen = Array.from({ length: samples }, () => usable.map(() => usable[drawRng.integer(usable.length)] as number));
  const means = encoders.map((_, index) => Float64Array.from(chosen, (repeats_, round) => average(repeats_.map((repeat) => (drawn[`${index} ${repeat}`] as BootstrapDraws).draws[round] as number))));
  const values = encoders.map((_, index) => {
    const own = usable.map((repeat) => drawn[`${index} ${repeat}`]?.value);
    return usable.length > 0 && own.every((value) => value !== undefined) ? average(own as number[]) : null;
  });
  const difference = (a: number, b: number, level: number): DrawnEstimate => estimate(values[a] === null || values[b] === null ? null : (values[a] as number) - (values[b] as number), (means[a] as Float64Array).map((mean, round) => mean - ((means[b] as Float64Array)[round] as number)), level);
  const best = values.reduce<number>((highest, value, index) => ((value ?? -Infinity) > (values[highest] ?? -Infinity) ? index : highest), 0);
  const others = encoders.flatMap((_, index) => (index === best ? [] : [index]));
  const isApart = others.length > 0 && others.every((other) => (difference(best, other, 1 - (1 - confidence) / others.length).low ?? -Infinity) > 0);
  const base = encoders.findIndex(({ name }) => name === baseline);
  return encoders.map(({ name, logits }, index) => ({
    name,
    auroc: estimate(values[index] ?? null, means[index] as Float64Array, confidence),
    byDraw: logits.map((column, repeat) => (column ? (drawn[`${index} ${repeat}`]?.value ?? null) : null)),
    difference: base < 0 || base === index ? null : difference(index, base, confidence),
    isBest: isApart && index === best,
  }));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The percentile interval; rounds without a value, as without a positive patient, are left out. */
function estimate(value: number | null, draws: Float64Array, confidence: number): DrawnEstimate {
  const ascending = draws.filter((draw) => !Number.isNaN(draw)).sort();
  if (value === null || ascending.length === 0) return { value, low: null, high: null };
  const at = (share: number): number => {
    const position = share * (ascending.length - 1);
    const [below, above] = [ascending[Math.floor(position)] as number, ascending[Math.ceil(position)] as number];
    return below + (position - Math.floor(position)) * (above - below);
  };
  const tail = (1 - confidence) / 2;
  return { value, low: at(tail), high: at(1 - tail) };
}
