import type { ImageRecord } from '@cxr-ifa/tensor';
import type { RecordSelection } from './recordSelection.ts';

/**
 * Keeps the records that fit, and counts the others under a reason.
 *
 * @example
 * ```ts
 * const frontal = filterRecords(selection, 'view is lateral', (record) => record.view !== 'LL');
 * ```
 */
export function filterRecords(selection: RecordSelection, reason: string, keep: (record: ImageRecord) => boolean): RecordSelection {
  const records = selection.records.filter(keep);
  const count = selection.records.length - records.length;
  return { ...selection, records, dropped: count > 0 ? [...selection.dropped, { reason, count }] : selection.dropped };
}
