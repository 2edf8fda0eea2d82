import type { ImageRecord } from '@cxr-ifa/tensor';
import { findLeak, type Leak } from '../classify/findLeak.ts';
import type { ImageCache } from '../input/imageCache.ts';
import { readTrainedImages } from '../run/trainedImages.ts';
import type { Targets } from './inversionTargets.ts';

/**
 * Which of the images to invert, and of their patients, a run was trained on.
 *
 * @param run A run, or one of its checkpoints.
 * @returns `null` where the run does not say what it was trained on.
 * @throws {InputError} If the run's list is damaged.
 */
export async function findSeen(run: string, { records, indices }: Pick<Targets, 'records' | 'indices'>, cache: ImageCache): Promise<Leak | null> {
  const tested = records.map((record) => ({ ...(record as ImageRecord), split: 'test' }));
  return findLeak({ selection: { records: tested, findings: [], total: tested.length, dropped: [], root: '' }, cache, indices }, await readTrainedImages(run));
}

/** Whether there is anything in it. */
export function isSeen(leak: Leak | null): boolean {
  return leak !== null && (leak.images > 0 || (leak.patients ?? 0) > 0);
}
