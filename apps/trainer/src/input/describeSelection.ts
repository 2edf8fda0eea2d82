import type { RecordSelection } from '@cxr-ifa/datasets';

/** Says what was left out of a selection and why, and what belongs to no record; one line a reason. */
export function describeSelection({ total, dropped, unmatched = [] }: RecordSelection): string[] {
  return [
    ...dropped.map(({ reason, count, examples }) => `Left out ${count} of ${total}: ${reason}${nameExamples(count, examples)}`),
    ...unmatched.map(({ what, count, examples }) => `Beside them ${count} ${what}${nameExamples(count, examples)}`),
  ];
}

/** The first few of a number of things, in brackets. */
export function nameExamples(count: number, examples: readonly string[] = []): string {
  return examples.length === 0 ? '' : ` (${examples.join(', ')}${count > examples.length ? ', ...' : ''})`;
}
