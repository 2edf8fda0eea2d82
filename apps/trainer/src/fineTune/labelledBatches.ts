import { balancedSample, type FindingLabels, type LabelledBatch } from '@cxr-ifa/heads/classification';
import type { Rng } from '@cxr-ifa/tensor';
import { tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import type { InputSource } from './inputSource.ts';

/** What {@link labelledBatches} makes batches of. */
export interface LabelledBatchesOptions {
  readonly source: InputSource;
  /** The rows to train on, and their labels in the same order. */
  readonly rows: readonly number[];
  readonly findings: readonly FindingLabels[];
  /** How many batches to make: as many epochs as that takes, of batches as equal in size as can be. */
  readonly steps: number;
  readonly batchSize: number;
  readonly balanced: boolean;
  readonly augmented: boolean;
  /** Only forked. */
  readonly rng: Rng;
}

/** How many batches an epoch has; they differ by one image at most, since batch-norm of a last batch of one image would be noise. */
export function batchesOfEpoch(images: number, batchSize: number): number {
  return Math.ceil(images / batchSize);
}

/** Batches of images or maps with their labels, in an order of each epoch's own; what they hold belongs to the consumer. */
export function* labelledBatches({ source, rows, findings, steps, batchSize, balanced, augmented, rng }: LabelledBatchesOptions): Generator<LabelledBatch, void, void> {
  const perEpoch = batchesOfEpoch(rows.length, batchSize);
  let order: ArrayLike<number> = [];
  for (let step = 0; step < steps; step++) {
    const [epoch, position] = [Math.floor(step / perEpoch), step % perEpoch];
    const epochRng = rng.fork('epoch', epoch);
    if (position === 0) order = balanced ? balancedSample(findings, rows.length, rows.length, epochRng.fork('order')) : epochRng.fork('order').permutation(rows.length);
    const [from, to] = [position, position + 1].map((cut) => Math.round((cut * rows.length) / perEpoch)) as [number, number];
    const chosen = Array.from({ length: to - from }, (_, index) => order[from + index] as number);
    const column = (read: (finding: FindingLabels, image: number) => number): Tensor2D => tensor2d(Float32Array.from(chosen.flatMap((image) => findings.map((finding) => read(finding, image)))), [chosen.length, findings.length]); // [N, F]
    yield {
      ...source.take(chosen.map((image) => rows[image] as number), augmented ? epochRng.fork('augment', position) : undefined),
      labels: column(({ labels }, image) => labels[image] as number),
      known: column(({ known }, image) => known?.[image] ?? 1),
    };
  }
}
