import type { RecordSelection } from '@cxr-ifa/datasets';

/** Says what was left out of a selection and why, and what belongs to no record; one line a reason. */
export function describeSelection({ total, dropped, unmatched = [] }: RecordSelection): string[] {
  const named = (count: number, examples: readonly string[] = []): string => (examples.length === 0 ? '' : ` (${examples.join(', ')}${count > examples.length ? ', ...' : ''})`);
  return [
    ...dropped.map(({ reason, count, examples }) => `Left out ${count} of ${total}: ${reason}${named(count, examples)}`),
    ...unmatched.map(({ what, count, examples }) => `Beside them ${count} ${what}${named(count, examples)}`),
  ];
}
