import { aurocStatistic, pairedBootstrapDifference, patientBootstrap, type WeightedStatistic } from '@cxr-ifa/metrics';
import { createRng } from '@cxr-ifa/tensor';
import { estimateOf, type Estimate } from '../../classify/findingColumn.ts';
import type { CellPredictions, ProbePredictions, TaskPredictions } from './cellPredictions.ts';

/** How well a finding was predicted with so many labels: the mean over draws of patients, with its interval over the test patients. */
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

const CONFIDENCE = 0.95;
const BOOTSTRAP_SEED = 1;

/** Every AUROC of a cell: a task, finding, method and fraction each. */
export function evaluateCell(predictions: CellPredictions, samples: number): CellResult[] {
  return predictions.flatMap((task) =>
    measurementsOf(task).map((measurement) => {
      const statistics = statisticsOf(task, measurement);
      const { value } = patientBootstrap({ value: meanOf(statistics) }, task.patients, { rng: createRng(BOOTSTRAP_SEED), samples, confidence: CONFIDENCE });
      const everyImage = new Uint8Array(task.patients.length).fill(1);
      const column = task.findings.indexOf(measurement.finding);
      const count = (label: 0 | 1): number => task.labels.filter((labels) => labels[column] === label).length;
      const used = probesOf(task, measurement).map(({ trainingImages }) => trainingImages);
      return { ...measurement, auroc: estimateOf(value), draws: statistics.map((statistic) => statistic?.(everyImage) ?? null), trainingImages: Math.round(used.reduce((sum, next) => sum + next, 0) / used.length), positives: count(1), negatives: count(0) };
    }),
  );
}

/**
 * The difference of two sets of cells, such as the seeds of one configuration and those of another: the mean over seeds and draws of each, under the same draws of test patients.
 *
 * @returns By measurement; measurements that not all of the cells have are left out.
 */
export function compareCells(first: readonly CellPredictions[], second: readonly CellPredictions[], samples: number): (Measurement & { readonly difference: Estimate })[] {
  return (first[0] ?? []).flatMap((task) => {
    const tasksOf = (cells: readonly CellPredictions[]): TaskPredictions[] => cells.flatMap((cell) => cell.filter(({ task: name, splitHash }) => name === task.task && splitHash === task.splitHash));
    const [own, others] = [tasksOf(first), tasksOf(second)];
    if (own.length !== first.length || others.length !== second.length || others.length === 0) return [];
    return measurementsOf(task).map((measurement) => {
      const mean = (tasks: readonly TaskPredictions[]): WeightedStatistic => meanOf(tasks.flatMap((cell) => statisticsOf(cell, measurement)));
      return { ...measurement, difference: estimateOf(pairedBootstrapDifference(mean(own), mean(others), task.patients, { rng: createRng(BOOTSTRAP_SEED), samples, confidence: CONFIDENCE })) };
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

/** The mean of those that are defined; draws that could not be learnt from are the same in all cells. */
function meanOf(statistics: readonly (WeightedStatistic | undefined)[]): WeightedStatistic {
  const defined = statistics.filter((statistic) => statistic !== undefined);
  return (weights) => {
    const values = defined.map((statistic) => statistic(weights));
    return values.length === 0 || values.includes(undefined) ? undefined : (values as number[]).reduce((sum, value) => sum + value, 0) / values.length;
  };
}
