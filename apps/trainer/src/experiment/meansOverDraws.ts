import { bootstrapDraws, type BootstrapDraws, type WeightedStatistic } from '@cxr-ifa/metrics';
import type { Rng } from '@cxr-ifa/tensor';

/** One encoder's statistic by seed of its pre-training and by draw of labelled patients; undefined where nothing could be trained. */
export type StatisticsByDraw = readonly (readonly (WeightedStatistic | undefined)[])[];

/** The mean of a statistic over seeds and draws, and its bootstrap rounds. */
export interface DrawnMean extends BootstrapDraws {
  /** The statistic of each seed and draw. */
  readonly byDraw: readonly (readonly (number | null)[])[];
}

/**
 * Means of encoders that are pairs: the same seeds, the same draws of labelled patients, the same test images. Each round draws test patients, seeds and draws, all with
 * replacement and all the same for every encoder: so an interval holds what chance does to the test set, to pre-training, and to which patients were labelled.
 * A draw at which some encoder could not be trained is left out of all.
 *
 * @param encoders All of as many seeds and draws.
 * @param patients The patient of each test image; an image with `undefined` is a patient of its own.
 */
export function meansOverDraws(encoders: readonly StatisticsByDraw[], patients: readonly (string | number | undefined)[], { rng, samples }: { readonly rng: Rng; readonly samples: number }): DrawnMean[] {
  const seeds = Array.from({ length: Math.max(...encoders.map(({ length }) => length)) }, (_, seed) => seed);
  const draws = Array.from({ length: Math.max(...encoders.flat().map(({ length }) => length)) }, (_, draw) => draw);
  const usable = draws.filter((draw) => encoders.every((encoder) => seeds.every((seed) => encoder[seed]?.[draw])));
  const key = (encoder: number, seed: number, draw: number): string => `${encoder} ${seed} ${draw}`;
  const statistics = Object.fromEntries(encoders.flatMap((encoder, index) => seeds.flatMap((seed) => usable.map((draw) => [key(index, seed, draw), encoder[seed]?.[draw] as WeightedStatistic] as const))));
  const drawn = usable.length > 0 ? bootstrapDraws(statistics, patients, { rng: rng.fork('patients'), samples }) : {};
  const [ofSeeds, ofDraws] = [rng.fork('seeds'), rng.fork('draws')];
  const pick = (among: readonly number[], from: Rng): number[] => among.map(() => among[from.integer(among.length)] as number);
  const rounds = Array.from({ length: samples }, () => ({ seeds: pick(seeds, ofSeeds), draws: pick(usable, ofDraws) }));
  return encoders.map((_, index) => {
    const of = (seed: number, draw: number): BootstrapDraws | undefined => drawn[key(index, seed, draw)];
    const values = seeds.flatMap((seed) => usable.map((draw) => of(seed, draw)?.value));
    return {
      value: values.length > 0 && !values.includes(undefined) ? average(values as number[]) : undefined,
      draws: Float64Array.from(rounds, (chosen, round) => average(chosen.seeds.flatMap((seed) => chosen.draws.map((draw) => of(seed, draw)?.draws[round] as number)))),
      byDraw: seeds.map((seed) => draws.map((draw) => of(seed, draw)?.value ?? null)),
    };
  });
}

/** The difference of two means, or of any two statistics of the same rounds, round by round. */
export function differenceOfMeans(first: BootstrapDraws, second: BootstrapDraws): BootstrapDraws {
  return {
    value: first.value === undefined || second.value === undefined ? undefined : first.value - second.value,
    draws: first.draws.map((value, round) => value - (second.draws[round] as number)),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
