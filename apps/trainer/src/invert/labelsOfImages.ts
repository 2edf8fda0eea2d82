import { applyLabelPolicy, type LabelMatrix, type LabelPolicy } from '@cxr-ifa/datasets';
import { InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { readRecords, type ReadRecordsOptions } from '../input/readRecords.ts';

/** Which labels, and what uncertain and blank ones become; unknown by default. */
export interface LabelsOfImagesOptions extends Omit<ReadRecordsOptions, 'findingColumns' | 'split'> {
  readonly labelPolicy?: LabelPolicy['uncertain'] | undefined;
  readonly blankLabels?: LabelPolicy['blank'] | undefined;
}

/**
 * The labels of images by their paths, of those findings that the labels speak of.
 *
 * @param paths As `invert run` wrote them.
 * @param findings A classifier's.
 * @returns Rows in the order of the paths; undefined where the labels speak of none of the findings.
 * @throws {InputError} If an image has no row.
 */
export async function labelsOfImages(paths: readonly string[], findings: readonly string[], { labelPolicy = 'u-ignore', blankLabels = 'unknown', ...options }: LabelsOfImagesOptions): Promise<LabelMatrix | undefined> {
  const byColumns = options.labelFormat === 'plain' && options.labelColumn === undefined;
  const { records } = await readRecords({ ...options, split: undefined, findingColumns: byColumns ? findings : [] });
  const found = new Map(records.map((record) => [record.path, record]));
  const missing = paths.filter((path) => !found.has(path));
  if (missing.length > 0) throw new InputError(`Cannot find the labels of ${missing.length} of ${paths.length} images as the rows do not name them: the first is ${missing[0]}; give --data and the columns as invert run was given them`);
  const own = paths.map((path) => found.get(path) as ImageRecord);
  const known = findings.filter((finding) => own.some((record) => Object.hasOwn(record.findings, finding)));
  return known.length > 0 ? applyLabelPolicy(own, { uncertain: labelPolicy, blank: blankLabels }, known) : undefined;
}
