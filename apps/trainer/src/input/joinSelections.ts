import type { DroppedRecords, RecordSelection, Unmatched } from '@cxr-ifa/datasets';

/** Several selections as one, such as CheXpert's train and valid: records in their order, counts of equal reasons added up. */
export function joinSelections(selections: readonly RecordSelection[]): RecordSelection {
  const dropped = new Map<string, DroppedRecords>();
  for (const { reason, count, examples } of selections.flatMap((selection) => selection.dropped)) {
    const before = dropped.get(reason);
    dropped.set(reason, { reason, count: count + (before?.count ?? 0), ...((before?.examples ?? examples) && { examples: [...(before?.examples ?? []), ...(examples ?? [])] }) });
  }
  const unmatched = selections.flatMap((selection): readonly Unmatched[] => selection.unmatched ?? []);
  return {
    records: selections.flatMap(({ records }) => records),
    findings: [...new Set(selections.flatMap(({ findings }) => findings))],
    total: selections.reduce((sum, { total }) => sum + total, 0),
    dropped: [...dropped.values()],
    ...(unmatched.length > 0 && { unmatched }),
  };
}
