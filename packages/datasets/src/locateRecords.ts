import type { ImageRecord } from '@cxr-ifa/tensor';
import { NAMED_EXAMPLES, type RecordSelection } from './recordSelection.ts';

/** How paths of records and of files are compared. */
export interface LocateOptions {
  /**
   * How many of a path's last parts must be the same: 1 compares names (ChestX-ray14 unpacks into folders that its table does not name),
   * 3 patient, study and name (CheXpert's `view1_frontal.jpg` is every patient's); all of them by default.
   */
  readonly parts?: number;
}

const IMAGE_ENDING = /\.(png|jpe?g|dcm|dicom)$/i;

/**
 * Joins records with the files that there are. A record whose path has no ending of an image (VinDr-CXR, RSNA and SIIM name images by ids) is found by the file's name without its own.
 *
 * @param selection Records with paths as the publisher writes them.
 * @param files Every file there is, `/` between folders; those that are no images by their endings do not count.
 * @returns The records that were found, with the file's path in place of the publisher's. Records without a file, and those that several files could be, are dropped and named; so are files that no record names, under `unmatched`.
 *
 * @example
 * ```ts
 * const { records, dropped, unmatched } = locateRecords(nihRecords(dataEntry), ['images_001/images/00000001_000.png'], { parts: 1 });
 * ```
 */
export function locateRecords(selection: RecordSelection, files: Iterable<string>, { parts = Infinity }: LocateOptions = {}): RecordSelection {
  const images = [...files].filter((path) => IMAGE_ENDING.test(path)).sort();
  const keyOf = (path: string): string => (parts === Infinity ? path : path.split('/').slice(-parts).join('/'));
  const index = new Map<string, string[]>();
  const add = (key: string, path: string): void => {
    const own = index.get(key);
    if (own) own.push(path);
    else index.set(key, [path]);
  };
  for (const path of images) {
    add(keyOf(path), path);
    add(keyOf(path.replace(IMAGE_ENDING, '')), path);
  }
  const [missing, ambiguous]: [string[], string[]] = [[], []];
  const found = new Set<string>();
  const records = selection.records.flatMap((record): ImageRecord[] => {
    const candidates = index.get(keyOf(record.path)) ?? [];
    if (candidates.length === 1) {
      found.add(candidates[0] as string);
      return [{ ...record, path: candidates[0] as string }];
    }
    (candidates.length === 0 ? missing : ambiguous).push(record.path);
    for (const path of candidates) found.add(path);
    return [];
  });
  const dropped = [
    { reason: 'no such file', paths: missing },
    { reason: 'several files of that name', paths: ambiguous },
  ].filter(({ paths }) => paths.length > 0);
  const strangers = images.filter((path) => !found.has(path));
  const unmatched = [...(selection.unmatched ?? []), ...(strangers.length > 0 ? [{ what: 'files that no row names', count: strangers.length, examples: strangers.slice(0, NAMED_EXAMPLES) }] : [])];
  return {
    ...selection,
    records,
    dropped: [...selection.dropped, ...dropped.map(({ reason, paths }) => ({ reason, count: paths.length, examples: paths.slice(0, NAMED_EXAMPLES) }))],
    ...(unmatched.length > 0 && { unmatched }),
  };
}
