import { applyLabelPolicy, type LabelMatrix } from '@cxr-ifa/datasets';
import { fitFeatureDistribution, type FeatureDistribution, type Features } from '@cxr-ifa/heads/classification';
import { InputError, type ImageRecord, type Rng } from '@cxr-ifa/tensor';
import { encodeImages } from '../encode/encodeImages.ts';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { PreparedRecords } from '../encode/prepareRecords.ts';
import { settleStatistics } from '../encode/settleStatistics.ts';
import { fineTuneImages, type LabelledImages } from '../fineTune/fineTuneImages.ts';
import type { ClassifyOptions } from '../options/classifyOptions.ts';
import type { Terminal } from '../terminal.ts';
import { drawFraction } from './drawFraction.ts';
import { applyProbe, fitProbe, type Probe, type ProbeData, type Selection } from './fitProbe.ts';
import { labelColumns } from './labelColumns.ts';
import type { Prediction } from './predictionsFile.ts';
import type { LabelledSelection, Split } from './selectLabelled.ts';

/** What came of probing an encoder. */
export interface ProbedImages {
  readonly probe: Probe;
  readonly selection: Selection | undefined;
  /** What the features of the training images look like; undefined where there are too few. */
  readonly distribution: FeatureDistribution | undefined;
  /** Of the validation and the test images, which the probe was not fitted on; with patients as they are. */
  readonly predictions: readonly Prediction[];
  readonly matrix: LabelMatrix;
  /** The records of each split, and those whose labels were used for training and for choosing. */
  readonly parts: Readonly<Record<Split | 'trainUsed' | 'valUsed', readonly ImageRecord[]>>;
  /** The encoder with its statistics settled; the caller's, in place of the one that was given. */
  readonly opened: OpenedEncoder;
}

/** Encodes the images once, fits a probe on the training patients' labels, and predicts the rest. */
export async function probeImages(
  given: OpenedEncoder,
  { selection: { records }, cache, indices }: PreparedRecords,
  { findings, policy }: LabelledSelection,
  options: ClassifyOptions & { readonly rng: Rng; readonly terminal: Terminal; readonly folder: string; readonly signal?: AbortSignal },
): Promise<ProbedImages> {
  const { method, fraction, neighbours, stage, batchSize, imbalance, rng, terminal } = options;
  const rowsOf = (split: Split): number[] => records.flatMap((record, row) => (record.split === split ? [row] : []));
  const recordsOf = (rows: readonly number[]): ImageRecord[] => rows.map((row) => records[row] as ImageRecord);
  const [train, val, test] = [rowsOf('train'), rowsOf('val'), rowsOf('test')];
  const drawn = new Set(drawFraction(recordsOf(train), fraction, rng));
  const used = train.filter((row) => drawn.has(records[row] as ImageRecord));
  if (used.length === 0 || test.length === 0) throw new InputError(`Cannot classify as no image is left to ${used.length === 0 ? 'train' : 'test'} on once the bad files are out`);
  const matrix = applyLabelPolicy(records, policy, findings);

  const work = { cache, batchSize, terminal };
  const settled = await settleStatistics(given, train.map((row) => indices[row] as number), { ...work, rng });
  const labelled = (rows: readonly number[]): LabelledImages => ({ indices: rows.map((row) => indices[row] as number), findings: labelColumns(matrix, rows), patients: recordsOf(rows).map(({ patient }) => patient) });
  const valDrawn = new Set(drawFraction(recordsOf(val), fraction, rng)); // validation labels are labels too
  const valUsed = val.filter((row) => valDrawn.has(records[row] as ImageRecord));
  const tuned = method === 'fine-tune' ? await fineTuneImages(settled, { ...options, cache, training: labelled(used), validation: valUsed.length > 0 ? labelled(valUsed) : undefined, rng: rng.fork('fine-tune') }) : undefined;
  const opened = tuned?.opened ?? settled;
  const unseen = [...val, ...test];
  const features = await encodeImages(opened, [...used, ...unseen].map((row) => indices[row] as number), { ...work, stage });
  const part = (from: number, rows: readonly number[]): ProbeData => ({ features: sliceFeatures(features, from, rows.length), findings: labelColumns(matrix, rows), patients: recordsOf(rows).map(({ patient }) => patient) });
  const validation = val.length > 0 ? part(used.length, val) : undefined;
  const { probe, selection = undefined } = tuned ? { probe: { method: 'linear', probe: tuned.probe } as const } : fitProbe(method === 'knn' ? 'knn' : 'linear', part(0, used), { validation, fraction, neighbours, rng: rng.fork('probe'), classWeights: imbalance === 'class-weights' ? 'balanced' : 'none' });
  const distribution = used.length >= 3 ? await fitFeatureDistribution(sliceFeatures(features, 0, used.length)) : undefined;

  const probabilities = await applyProbe(probe, sliceFeatures(features, used.length, unseen.length));
  const predictions = unseen.map((row, position): Prediction => {
    const { path, patient, split } = records[row] as ImageRecord;
    return { image: path, patient, split, probabilities: probabilities.map((column) => column?.[position]), labels: labelRow(matrix, row) };
  });
  return { probe, selection, distribution, predictions, matrix, parts: { train: recordsOf(train), trainUsed: recordsOf(used), val: recordsOf(val), valUsed: recordsOf(valUsed), test: recordsOf(test) }, opened };
}

function sliceFeatures({ data, dimension }: Features, from: number, count: number): Features {
  return { data: data.subarray(from * dimension, (from + count) * dimension), count, dimension };
}

function labelRow({ labels, known, findings }: LabelMatrix, row: number): (0 | 1 | undefined)[] {
  return findings.map((_, finding) => (known[row * findings.length + finding] ? (labels[row * findings.length + finding] as 0 | 1) : undefined));
}
