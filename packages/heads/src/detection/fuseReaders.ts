import type { BoxAnnotations } from './boxes.ts';
import { fuseBoxes } from './fuseBoxes.ts';

/** Options of {@link fuseReaders}. */
export interface FuseReadersOptions {
  /** The overlap (IoU) above which boxes of two readers are of one object. @default {0.4} */
  readonly threshold?: number;
  /** A box is kept if at least so many readers drew it. @default {1} */
  readonly minimumReaders?: number;
}

/** What several readers' boxes of one image became. */
export interface FusedReaders extends BoxAnnotations {
  /** How many readers drew each box, [n]. */
  readonly readers: Int32Array;
  /** How many boxes too few readers drew, which are left out. */
  readonly dropped: number;
}

/**
 * Fuses the boxes that several readers drew in one image, to train on: each object once, at the mean of its boxes. Without it a detector learns three boxes for
 * what three readers saw, and its suppression of doubles is at odds with its training.
 *
 * @param readers The boxes of each reader; one who drew none has an entry without boxes.
 * @param options When boxes are of one object, and how many readers it takes.
 * @returns The boxes, with how many readers drew each: the agreement.
 * @throws {TypeError} If a reader's lengths do not fit.
 *
 * @example
 * ```ts
 * const { boxes, labels, readers } = fuseReaders([first, second, third], { minimumReaders: 2 });
 * ```
 */
export function fuseReaders(readers: readonly BoxAnnotations[], { threshold = 0.4, minimumReaders = 1 }: FuseReadersOptions = {}): FusedReaders {
  const fused = fuseBoxes(readers.map(({ boxes, labels }) => ({ boxes, labels, scores: new Float32Array(labels.length).fill(1) })), { threshold });
  const kept = Array.from(fused.sources.keys()).filter((i) => (fused.sources[i] as number) >= minimumReaders);
  return {
    boxes: Float32Array.from(kept.flatMap((i) => [...fused.boxes.subarray(4 * i, 4 * i + 4)])),
    labels: Int32Array.from(kept, (i) => fused.labels[i] as number),
    readers: Int32Array.from(kept, (i) => fused.sources[i] as number),
    dropped: fused.sources.length - kept.length,
  };
}
