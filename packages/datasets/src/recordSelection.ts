import type { ImageRecord } from '@cxr-ifa/tensor';

/** Records that were kept of all that were read, and why the others were not. */
export interface RecordSelection {
  readonly records: readonly ImageRecord[];
  /** The findings that the records speak of. */
  readonly findings: readonly string[];
  /** How many were read, before any filter. */
  readonly total: number;
  /** How many each filter dropped, in the order of the filters: `total` is the sum of these and of the records kept. */
  readonly dropped: readonly { readonly reason: string; readonly count: number }[];
}
