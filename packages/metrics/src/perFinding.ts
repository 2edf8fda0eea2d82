import { macroAverage } from './macroAverage.ts';
import type { ColumnOptions } from './rankColumn.ts';

/** One finding's scores and labels, with its weights and the mask of known labels. */
export interface FindingColumn extends ColumnOptions {
  /** One score an image: a probability where the metric asks for one. */
  readonly scores: ArrayLike<number>;
  /** 1 for positive, 0 for negative. */
  readonly labels: ArrayLike<number>;
}

/** A metric of each finding and its macro average. */
export interface PerFinding<Name extends string> {
  readonly findings: Record<Name, number | undefined>;
  /** The mean over the findings with a value. */
  readonly macro: number | undefined;
  /** The findings the macro average is over. */
  readonly over: readonly Name[];
}

/**
 * Any metric of scores and labels for each finding, and its macro average over those findings that have a value.
 *
 * @param columns The findings by name; each has a mask of known labels of its own.
 * @param metric Such as {@link auroc}, {@link auprc} or {@link brierScore}.
 * @returns The metric by finding, the macro average, and the findings it is over.
 * @throws What the metric throws.
 *
 * @example
 * ```ts
 * const { findings, macro, over } = perFinding({ effusion: { scores, labels, known } }, auroc);
 * ```
 */
export function perFinding<Name extends string>(
  columns: Readonly<Record<Name, FindingColumn>>,
  metric: (scores: ArrayLike<number>, labels: ArrayLike<number>, options: ColumnOptions) => number | undefined,
): PerFinding<Name> {
  const entries = Object.entries(columns) as [Name, FindingColumn][];
  const findings = Object.fromEntries(entries.map(([name, { scores, labels, ...options }]) => [name, metric(scores, labels, options)])) as Record<Name, number | undefined>;
  const { value, over } = macroAverage(findings);
  return { findings, macro: value, over };
}
