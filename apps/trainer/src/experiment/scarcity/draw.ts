import { patientsOf, type LabelMatrix } from '@cxr-ifa/datasets';
import type { ImageRecord, Rng } from '@cxr-ifa/tensor';
import { drawFraction } from '../../classify/drawFraction.ts';

/** Training images that one cell of an experiment may learn from; the same for all encoders and methods, which makes them pairs. */
export interface Draw {
  /** The share of patients, or the ratio of positives to negatives. */
  readonly level: number;
  /** Counted from 0; a level at which nothing is left to chance has one draw. */
  readonly repeat: number;
  /** Rows of the records. */
  readonly rows: readonly number[];
  /** What is learnt and tested. */
  readonly findings: readonly string[];
  /** Whether every training label is used, so that validation labels may be used as well. */
  readonly isAll: boolean;
}

/** Training rows and what is needed to draw among them. */
export interface DrawOptions {
  readonly records: readonly ImageRecord[];
  readonly trainRows: readonly number[];
  readonly matrix: LabelMatrix;
  readonly levels: readonly number[];
  readonly repeats: number;
  /** Only forked. */
  readonly rng: Rng;
}

/** Shares of the training patients, each with all images; within a repeat a smaller share is part of a larger one. */
export function drawShares({ records, trainRows, matrix, levels, repeats, rng }: DrawOptions): Draw[] {
  const rowOf = new Map(trainRows.map((row) => [records[row] as ImageRecord, row]));
  return levels.flatMap((level) =>
    Array.from({ length: level === 1 ? 1 : repeats }, (_, repeat): Draw => {
      const drawn = drawFraction([...rowOf.keys()], level, rng.fork('draw', repeat));
      return { level, repeat, rows: drawn.map((record) => rowOf.get(record) as number), findings: matrix.findings, isAll: level === 1 };
    }),
  );
}

/**
 * Training images of one finding at a time, of which so many positives are kept that there are `level` for each negative: the positives of patients drawn in an order of the
 * repeat's own, all of a patient together, until there are enough. All negatives stay. Where there are not as many positives as asked for all are kept, once.
 */
export function drawThinned({ records, trainRows, matrix, levels, repeats, rng }: DrawOptions): Draw[] {
  return matrix.findings.flatMap((finding, column) => {
    const at = (values: ArrayLike<number>, row: number): number => values[row * matrix.findings.length + column] as number;
    const known = trainRows.filter((row) => at(matrix.known, row));
    const negatives = known.filter((row) => !at(matrix.labels, row));
    const positives = known.filter((row) => at(matrix.labels, row));
    const rowOf = new Map(positives.map((row) => [records[row] as ImageRecord, row]));
    const patients = [...patientsOf([...rowOf.keys()]).entries()];
    return levels.flatMap((level) => {
      const target = Math.max(1, Math.round(level * negatives.length));
      const isAll = target >= positives.length;
      return Array.from({ length: isAll ? 1 : repeats }, (_, repeat): Draw => {
        const order = patients.map(([patient, images]) => ({ images, number: rng.fork('thin', repeat, finding, patient).uniform() })).sort((a, b) => a.number - b.number);
        const kept: number[] = [];
        for (const { images } of order) if (kept.length < target) kept.push(...images.map((record) => rowOf.get(record) as number));
        return { level, repeat, rows: [...negatives, ...(isAll ? positives : kept)].sort((a, b) => a - b), findings: [finding], isAll };
      });
    });
  });
}
