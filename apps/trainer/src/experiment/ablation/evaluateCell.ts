import { aurocStatistic, bootstrapInterval, type WeightedStatistic } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { estimateOf, type Estimate } from '../../classify/findingColumn.ts';
import { differenceOfMeans, meansOverDraws, type DrawnMean } from '../meansOverDraws.ts';
import type { CellPredictions, ProbePredictions, TaskPredictions } from './cellPredictions.ts';

/** How well a finding was predicted with so many labels: the mean over draws of patients, with its interval over test patients and draws. */
export interface CellResult {
  readonly task: string;
  readonly finding: string;
  readonly method: ProbePredictions['method'];
  readonly fraction: number;
  readonly auroc: Estimate;
  /** Of each draw; null where the drawn patients do not have both classes. */
  readonly draws: readonly (number | null)[];
  /** The mean over draws. */
  readonly trainingImages: number;
  /** Among the test images. */
  readonly positives: number;
  readonly negatives: number;
}

/** What a result is of; two cells are compared where these are equal. */
export type Measurement = Pick<CellResult, 'task' | 'finding' | 'method' | 'fraction'>;

/** Of every interval of an ablation. */
export const CONFIDENCE = 0.95;
const BOOTSTRAP_SEED = 1;

/** Every AUROC of a cell: a task, finding, method and fraction each. */
export function evaluateCell(predictions: CellPredictions, samples: number): CellResult[] {
  return predictions.flatMap((task) =>
    measurementsOf(task).map((measurement) => {
      const [mean] = meansOverDraws([[statisticsOf(task, measurement)]], task.patients, { rng: createRng(BOOTSTRAP_SEED), samples }) as [DrawnMean];
      const column = task.findings.indexOf(measurement.finding);
      const count = (label: 0 | 1): number => task.labels.filter((labels) => labels[column] === label).length;
      const used = probesOf(task, measurement).map(({ trainingImages }) => trainingImages);
      return { ...measurement, auroc: estimateOf(bootstrapInterval(mean, CONFIDENCE)), draws: mean.byDraw[0] ?? [], trainingImages: Math.round(used.reduce((sum, next) => sum + next, 0) / used.length), positives: count(1), negatives: count(0) };
    }),
  );
}

/**
 * The difference of two sets of cells, the same seeds of one configuration and of another: with an interval over test patients, seeds and draws.
 *
 * @returns By measurement; measurements that not all of the cells have are left out.
 */
export function compareCells(first: readonly CellPredictions[], second: readonly CellPredictions[], samples: number): (Measurement & { readonly difference: Estimate })[] {
  return (first[0] ?? []).flatMap((task) => {
    const tasksOf = (cells: readonly CellPredictions[]): TaskPredictions[] => cells.flatMap((cell) => cell.filter(({ task: name, splitHash }) => name === task.task && splitHash === task.splitHash));
    const [own, others] = [tasksOf(first), tasksOf(second)];
    if (own.length !== first.length || others.length !== second.length || others.length === 0) return [];
    return measurementsOf(task).map((measurement) => {
      const means = meansOverDraws([own, others].map((cells) => cells.map((cell) => statisticsOf(cell, measurement))), task.patients, { rng: createRng(BOOTSTRAP_SEED), samples }) as [DrawnMean, DrawnMean];
      return { ...measurement, difference: estimateOf(bootstrapInterval(differenceOfMeans(...means), CONFIDENCE)) };
    });
  });
}

function measurementsOf({ task, findings, probes }: TaskPredictions): Measurement[] {
  const kinds = new Map(probes.map(({ method, fraction }) => [`${method} ${fraction}`, { method, fraction }]));
  return findings.flatMap((finding) => [...kinds.values()].map((kind) => ({ task, finding, ...kind })));
}

const probesOf = ({ probes }: TaskPredictions, { method, fraction }: Measurement): ProbePredictions[] => probes.filter((probe) => probe.method === method && probe.fraction === fraction);

function statisticsOf(task: TaskPredictions, measurement: Measurement): (WeightedStatistic | undefined)[] {
  const column = task.findings.indexOf(measurement.finding);
  const labels = task.labels.map((row) => row[column] ?? 0);
  const known = task.labels.map((row) => (row[column] === null ? 0 : 1));
  return probesOf(task, measurement).map(({ probabilities }) => {
    const scores = probabilities[column];
    return scores ? aurocStatistic(scores, labels, { known }) : undefined;
  });
}
