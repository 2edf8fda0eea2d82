import { untilSignal } from '../app/untilSignal.ts';
import { opening } from './images.ts';

/** So many thumbnails of what is dropped come before all else: more than a screen shows. */
const FIRST = 128;

/** Resolves as soon as the first thumbnails of the files that are being opened are there: until then what is not seen leaves the processor to them. */
export function thumbnailsFirst(): Promise<void> {
  return untilSignal(opening, (progress) => !progress || progress.done >= Math.min(FIRST, progress.total));
}
