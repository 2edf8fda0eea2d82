import { filterRecords, type RecordSelection } from '@cxr-ifa/datasets';
import { InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { takeSplits } from '../classify/selectLabelled.ts';
import { readRecords, type ImageSelection } from '../input/readRecords.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import { UsageError } from '../usageError.ts';
import { readBoxes } from './readBoxes.ts';

/** Images with their split and their boxes. */
export interface BoxSelection {
  readonly selection: ImageSelection;
  readonly findings: readonly string[];
  readonly splitSource: string;
  /** Which findings an image was searched for: of the others boxes may be missing. */
  isSearched(record: ImageRecord, finding: string): boolean;
}

/**
 * Reads records and boxes, joins them by path, and decides findings and splits, before any image is looked at.
 *
 * @throws {InputError} If there are no boxes, a finding has none, a split is empty, or a patient is in two of them.
 * @throws {UsageError} If nothing says where the boxes are.
 */
export async function selectBoxes(options: Pick<DetectTrainOptions, 'boxes' | 'findings' | 'splitColumn' | 'seed'> & Omit<Parameters<typeof readRecords>[0], 'split' | 'findingColumns'>): Promise<BoxSelection> {
  const read = await readRecords({ ...options, split: undefined, findingColumns: [] });
  const file = options.boxes === undefined ? undefined : await readBoxes(options.boxes);
  if (!file && !read.records.some(({ boxes }) => boxes !== undefined)) throw new UsageError('Cannot detect without boxes: give --boxes <file>, or a --label-format that has them (nih, vindr, rsna, siim)');
  const records = file ? read.records.map((record): ImageRecord => ({ ...record, boxes: file.boxes.get(record.path) ?? [] })) : read.records;
  const named = new Set(records.flatMap(({ boxes = [] }) => boxes.map(({ finding }) => finding)));
  if (named.size === 0) throw new InputError(`Cannot detect as no image has a box${file ? `: do the paths in ${options.boxes} begin at the --data folder, such as ${[...file.boxes.keys()][0] ?? ''}` : ''}`);
  const findings = options.findings.length > 0 ? options.findings : (file?.findings ?? [...named].sort());
  const strange = findings.find((finding) => !named.has(finding));
  if (strange !== undefined && options.findings.length > 0) throw new InputError(`Cannot detect ${strange} as it has no box: findings with boxes are ${[...named].sort().join(', ')}`);
  const isListed = (record: ImageRecord): boolean => (file ? file.listsAllImages && file.boxes.has(record.path) : record.boxes !== undefined);
  const searched = (record: ImageRecord, finding: string): boolean => {
    if (record.boxes?.some((box) => box.finding === finding)) return true;
    const state = record.findings[finding];
    return state === 0 || ((state === undefined || state === 'unmentioned') && isListed(record));
  };
  const useful: RecordSelection = filterRecords({ ...read, records }, 'searched for none of the findings', (record) => findings.some((finding) => searched(record, finding)));
  const { selection, source } = takeSplits(useful, options, 'detect');
  return { selection: { ...selection, root: read.root }, findings, splitSource: source, isSearched: searched };
}
