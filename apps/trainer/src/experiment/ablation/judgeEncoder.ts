import { applyLabelPolicy } from '@cxr-ifa/datasets';
import { selectFeatures, type Features, type FindingLabels } from '@cxr-ifa/heads/classification';
import { createRng, type ImageRecord } from '@cxr-ifa/tensor';
import { drawFraction } from '../../classify/drawFraction.ts';
import { applyProbe, fitProbe, type ProbeData } from '../../classify/fitProbe.ts';
import { labelColumns } from '../../classify/labelColumns.ts';
import { hashSplits } from '../../classify/hashSplits.ts';
import { encodeImages } from '../../encode/encodeImages.ts';
import type { OpenedEncoder } from '../../encode/openEncoder.ts';
import type { Terminal } from '../../terminal.ts';
import type { CellPredictions, ProbePredictions, TaskPredictions } from './cellPredictions.ts';
import type { Grid } from './grid.ts';
import type { LabelledTask, PreparedTasks } from './prepareTasks.ts';

/** How an encoder is judged. */
export interface JudgeOptions extends Pick<Grid, 'draws' | 'methods' | 'neighbours'> {
  readonly batchSize: number;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * Encodes the images of all tasks once, and fits every probe on those features. Draws of patients depend on their number alone: every cell has the same.
 *
 * @returns The predictions of the test images; `undefined` where the signal asked to stop.
 */
export async function judgeEncoder(opened: OpenedEncoder, { tasks, cache, indexOf }: PreparedTasks, { batchSize, terminal, signal, ...options }: JudgeOptions): Promise<CellPredictions | undefined> {
  const paths = [...indexOf.keys()];
  const features = await encodeImages(opened, [...indexOf.values()], { cache, batchSize, terminal });
  const rowOf = new Map(paths.map((path, row) => [path, row]));
  const predictions: TaskPredictions[] = [];
  for (const task of tasks) {
    const progress = terminal.progress(`Probing ${task.name}`, task.fractions.reduce((sum, fraction) => sum + drawsOf(fraction, options.draws), 0) * options.methods.length, 'probes');
    const judge = judgeTask(task, (records) => selectFeatures(features, records.map(({ path }) => rowOf.get(path) as number)), options);
    const probes: ProbePredictions[] = [];
    try {
      for await (const probe of judge.probes) {
        if (signal.aborted) return undefined;
        probes.push(probe);
        progress.update(probes.length);
      }
    } finally {
      progress.finish();
    }
    predictions.push({ ...judge.images, probes });
  }
  return predictions;
}

const drawsOf = (fraction: number, draws: number): number => (fraction === 1 ? 1 : draws);

function judgeTask({ name, fractions, labelled }: LabelledTask, featuresOf: (records: readonly ImageRecord[]) => Features, options: Pick<JudgeOptions, 'draws' | 'methods' | 'neighbours'>): { images: Omit<TaskPredictions, 'probes'>; probes: AsyncGenerator<ProbePredictions> } {
  const { selection, findings, policy } = labelled;
  const part = (split: string): ImageRecord[] => selection.records.filter((record) => record.split === split);
  const labelsOf = (records: readonly ImageRecord[]): FindingLabels[] => labelColumns(applyLabelPolicy(records, policy, findings), [...records.keys()]);
  const dataOf = (records: readonly ImageRecord[]): ProbeData => ({ features: featuresOf(records), findings: labelsOf(records), patients: records.map(({ patient }) => patient) });
  const [train, val, test] = [part('train'), part('val'), part('test')];
  const columns = labelsOf(test);
  const numbers = new Map<string, number>();
  const patients = test.map(({ patient, path }) => {
    const key = patient ?? `image ${path}`;
    return numbers.get(key) ?? (numbers.set(key, numbers.size), numbers.size - 1);
  });
  const images = { task: name, splitHash: hashSplits(selection.records), findings: [...findings], patients, labels: test.map((_, row) => columns.map(({ labels, known }) => (known?.[row] ? (labels[row] as 0 | 1) : null))) };

  async function* probes(): AsyncGenerator<ProbePredictions> {
    const validation = val.length > 0 ? dataOf(val) : undefined;
    const testFeatures = featuresOf(test);
    for (const fraction of fractions) {
      for (let draw = 1; draw <= drawsOf(fraction, options.draws); draw++) {
        const rng = createRng(draw);
        const used = drawFraction(train, fraction, rng);
        const training = dataOf(used);
        for (const method of options.methods) {
          const { probe } = fitProbe(method, training, { validation, fraction, neighbours: options.neighbours, rng: rng.fork('probe') });
          const probabilities = (await applyProbe(probe, testFeatures)).map((column) => column && Array.from(column, (value) => Number(value.toPrecision(7))));
          yield { method, fraction, draw, trainingImages: used.length, probabilities };
        }
      }
    }
  }
  return { images, probes: probes() };
}
