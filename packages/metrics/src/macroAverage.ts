/** An average over findings, and over which. */
export interface MacroAverage<Name extends string> {
  /** The mean of the values that are defined; `undefined` where none is. */
  readonly value: number | undefined;
  /** The findings it is the mean of: state their number beside it. */
  readonly over: readonly Name[];
}

/**
 * The macro average of a metric: every finding counts the same, however rare. Findings without a value are left out and not taken for 0 or 0.5,
 * so that averages over different findings are not to be compared: look at `over`.
 *
 * @param values The metric by finding.
 * @returns The mean and the findings it is the mean of.
 *
 * @example
 * ```ts
 * macroAverage({ effusion: 0.9, nodule: 0.7, hernia: undefined }); // { value: 0.8, over: ['effusion', 'nodule'] }
 * ```
 */
export function macroAverage<Name extends string>(values: Readonly<Record<Name, number | undefined>>): MacroAverage<Name> {
  const defined = (Object.entries(values) as [Name, number | undefined][]).filter((entry): entry is [Name, number] => entry[1] !== undefined);
  const sum = defined.reduce((total, [, value]) => total + value, 0);
  return { value: defined.length > 0 ? sum / defined.length : undefined, over: defined.map(([name]) => name) };
}
