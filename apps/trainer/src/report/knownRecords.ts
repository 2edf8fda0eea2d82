import { isInputError, type ImageRecord } from '@cxr-ifa/tensor';
import { readRecords, type ReadRecordsOptions } from '../input/readRecords.ts';
import { UsageError } from '../usageError.ts';

/** What is known of a run's images by path, from where its options say; nothing where the label file has gone or says nothing of findings and patients. */
export async function knownRecords(options: Omit<ReadRecordsOptions, 'data'> & { readonly data?: string | undefined }): Promise<ReadonlyMap<string, ImageRecord>> {
  if (options.data === undefined) return new Map();
  try {
    const { records } = await readRecords({ ...options, data: options.data });
    return new Map(records.map((record) => [record.path, record]));
  } catch (error) {
    if (isInputError(error) || error instanceof UsageError) return new Map();
    throw error;
  }
}
