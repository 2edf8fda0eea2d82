import { patientsOf } from '@cxr-ifa/datasets';
import { predictLinearProbe, selectFeatures, type FindingLabels, type LinearProbe } from '@cxr-ifa/heads/classification';
import { auprc, auroc, confusionMetrics, confusionTable } from '@cxr-ifa/metrics';
import type { ImageRecord, Rng } from '@cxr-ifa/tensor';
import { labelColumns } from '../../classify/labelColumns.ts';
import { logOdds } from '../../classify/logOdds.ts';
import type { OpenedEncoder } from '../../encode/openEncoder.ts';
import { fineTuneEncoder } from '../../fineTune/fineTuneEncoder.ts';
import type { InputSource } from '../../fineTune/inputSource.ts';
import { predictRows } from '../../fineTune/predictRows.ts';
import type { FineTuneOptionValues, IMBALANCE } from '../../options/fineTuneOptions.ts';
import type { Terminal } from '../../terminal.ts';
import type { Cell } from './cellStore.ts';
import type { Draw } from './draw.ts';
import { probeCachedFeatures, type CachedFeatures } from './probeCachedFeatures.ts';

export type Handling = (typeof IMBALANCE)[number];

/** What the cells of one encoder share. */
export interface CellWork {
  readonly cached: CachedFeatures;
  readonly validationRows: readonly number[];
  readonly testRows: readonly number[];
  /** What fine-tuning takes: undefined for what is no encoder. */
  readonly fineTuning: { readonly opened: OpenedEncoder; readonly source: () => Promise<InputSource>; readonly options: FineTuneOptionValues } | undefined;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What a cell came to, and the log odds of the test images. */
export interface CellResult {
  readonly cell: Omit<Cell, 'id' | 'name' | 'method' | 'handling' | 'level' | 'repeat' | 'seconds'>;
  readonly logits: (Float64Array | null)[];
}

/** Trains one classifier on one draw, and tests it. */
export async function runCell(method: 'linear' | 'fine-tune', handling: Handling, { rows, findings, isAll }: Draw, { cached, validationRows, testRows, fineTuning, terminal, signal }: CellWork, rng: Rng): Promise<CellResult> {
  const classWeights = handling === 'none' || handling === 'focal' ? 'none' : 'balanced'; // of the probe that a head begins with too, so that it stands where the loss will pull it
  const probe = (): LinearProbe => probeCachedFeatures(cached, { rows, findings, validationRows: isAll ? validationRows : undefined, classWeights, rng: rng.fork('probe') });
  const training = labelColumns(cached.matrix, rows, findings);
  let probabilities: readonly (Float64Array | null)[];
  if (method === 'linear') probabilities = [...predictLinearProbe(probe(), selectFeatures(cached.features, testRows)).values()];
  else if (!training.some(hasBoth)) probabilities = findings.map(() => null);
  else {
    const { opened, source, options } = fineTuning as NonNullable<CellWork['fineTuning']>;
    const inputs = await source();
    const head = options.headStart === 'probe' ? probe() : undefined;
    const { tuner } = await fineTuneEncoder(opened, { ...options, imbalance: handling, source: inputs, training: { rows, findings: training }, head, rng: rng.fork('tuner'), terminal, signal });
    try {
      probabilities = await predictRows(tuner, inputs, testRows, 64);
    } finally {
      tuner.dispose();
    }
  }
  const logits = probabilities.map((column) => column && logOdds(column));
  const test = labelColumns(cached.matrix, testRows, findings);
  const patients = patientsOf(rows.map((row) => cached.records[row] as ImageRecord));
  return {
    logits,
    cell: { trainingImages: rows.length, trainingPatients: patients.size, findings: training.map((finding, index) => judge(finding, test[index] as FindingLabels, logits[index] ?? null)) },
  };
}

function hasBoth({ labels, known }: FindingLabels): boolean {
  const own = Array.from({ length: labels.length }, (_, image) => (!known || known[image] ? (labels[image] as number) : -1));
  return own.includes(1) && own.includes(0);
}

function judge({ name, labels, known }: FindingLabels, test: FindingLabels, logits: Float64Array | null): CellResult['cell']['findings'][number] {
  const count = (label: number): number => Array.from({ length: labels.length }, (_, image) => image).filter((image) => labels[image] === label && (!known || known[image])).length;
  const mask = { known: test.known as ArrayLike<number> };
  return {
    finding: name,
    positives: count(1),
    negatives: count(0),
    auroc: (logits && auroc(logits, test.labels, mask)) ?? null,
    auprc: (logits && auprc(logits, test.labels, mask)) ?? null,
    balancedAccuracy: (logits && confusionMetrics(confusionTable(logits, test.labels, 0, mask)).balancedAccuracy) ?? null,
  };
}
