import { createHash } from 'node:crypto';
import type { ImageRecord } from '@cxr-ifa/tensor';

/** Hash of which image is in which split, whatever the order of the records: equal hashes mean equal test images. */
export function hashSplits(records: readonly ImageRecord[]): string {
  const lines = records.map(({ path, split }) => `${split}\t${path}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
