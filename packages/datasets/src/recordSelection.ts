import type { ImageRecord } from '@cxr-ifa/tensor';

/** Records that were kept of all that were read, and why the others were not. */
export interface RecordSelection {
  readonly records: readonly ImageRecord[];
  /** The findings that the records speak of. */
  readonly findings: readonly string[];
  /** How many were read, before any filter. */
  readonly total: number;
  /** How many each filter dropped, in the order of the filters: `total` is the sum of these and of the records kept. */
  readonly dropped: readonly DroppedRecords[];
  /** What was found beside the records and belongs to none of them, such as files that no row names. */
  readonly unmatched?: readonly Unmatched[];
}

/** What one filter dropped. */
export interface DroppedRecords {
  readonly reason: string;
  readonly count: number;
  /** The first few paths, where the filter names them. */
  readonly examples?: readonly string[];
}

/** Things without a record. */
export interface Unmatched {
  /** What they are, such as `files that no row names`. */
  readonly what: string;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly string[];
}

/** How many are named of what was dropped or not matched. */
export const NAMED_EXAMPLES = 5;
