import { bootstrapDraws, type BootstrapDraws } from './bootstrapDraws.ts';
import { bootstrapInterval } from './bootstrapInterval.ts';
import { macroAverage } from './macroAverage.ts';
import type { BootstrapInterval, BootstrapOptions } from './patientBootstrap.ts';
import type { WeightedStatistic } from './weightedStatistic.ts';

/** A metric of several findings with its intervals. */
export interface MacroInterval<Name extends string> {
  readonly findings: Record<Name, BootstrapInterval>;
  readonly macro: BootstrapInterval;
  /** The findings the macro average is over: those with a value. */
  readonly over: readonly Name[];
}

/**
 * Intervals over patients of a metric of several findings and of its macro average, all from the same draws and at the price of the findings alone.
 * The average is over the findings that have a value on the images themselves. A draw in which one of these loses it, such as one without a positive,
 * is left out of the macro interval and counted in `undefinedSamples`: an average of changing composition would be of something else.
 * With very rare findings that is most draws; then leave these findings out.
 *
 * @param statistics By finding, functions of image weights, such as {@link aurocStatistic} makes.
 * @param patients The patient of each image; an image with `undefined` is a patient of its own.
 * @param options The generator, the number of draws, the confidence and the kind of interval.
 * @returns Value and interval of each finding and of the macro average.
 * @throws {RangeError} If there are fewer than two patients, `samples` is not a positive integer, or `confidence` is not between 0 and 1.
 *
 * @example
 * ```ts
 * const { macro, over } = macroBootstrap({ effusion: aurocStatistic(a, labels), nodule: aurocStatistic(b, otherLabels) }, patients, { rng });
 * ```
 */
export function macroBootstrap<Name extends string>(
  statistics: Readonly<Record<Name, WeightedStatistic>>,
  patients: ArrayLike<string | number | undefined>,
  { rng, samples = 2000, confidence = 0.95, interval = 'percentile' }: BootstrapOptions,
): MacroInterval<Name> {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`Cannot bootstrap as confidence must be between 0 and 1: current value is ${confidence}`);
  const drawn = bootstrapDraws(statistics, patients, { rng, samples, leaveOneOut: interval === 'bca' });
  const entries = Object.entries(drawn) as [Name, BootstrapDraws][];
  const { value, over } = macroAverage(Object.fromEntries(entries.map(([name, draws]) => [name, draws.value])) as Record<Name, number | undefined>);
  /** Round by round the mean over findings, NaN where one is. */
  const mean = (columns: readonly Float64Array[]): Float64Array | undefined => columns[0]?.map((_, round) => columns.reduce((sum, column) => sum + (column[round] as number), 0) / columns.length);
  const draws = mean(over.map((name) => drawn[name].draws)) ?? new Float64Array(samples).fill(NaN);
  const withoutPatient = mean(over.flatMap((name) => drawn[name].withoutPatient ?? []));
  return {
    findings: Object.fromEntries(entries.map(([name, finding]) => [name, bootstrapInterval(finding, confidence)])) as Record<Name, BootstrapInterval>,
    macro: bootstrapInterval({ value, draws, ...(withoutPatient && { withoutPatient }) }, confidence),
    over,
  };
}
