import { join } from 'node:path';
import { formatCsv, type Cell, type LabelMatrix } from '@cxr-ifa/datasets';
import { createRng } from '@cxr-ifa/tensor';
import manifest from '../../../package.json' with { type: 'json' };
import type { Estimate } from '../../classify/findingColumn.ts';
import type { Leak } from '../../classify/findLeak.ts';
import { NOT_A_MEDICAL_DEVICE } from '../../classify/notice.ts';
import { intervalText } from '../../invert/intervalText.ts';
import type { Targets } from '../../invert/inversionTargets.ts';
import { metricName } from '../../invert/metricName.ts';
import { reconstructionDistance, type ReconstructionDistance } from '../../invert/reconstructionDistance.ts';
import type { ReconstructionScores } from '../../invert/scoreReconstructions.ts';
import type { InversionOptions } from '../../options/inversionOptions.ts';
import { formatTable } from '../../output/formatTable.ts';
import { renderPage } from '../../report/renderPage.ts';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { describeMachine } from '../../run/describeMachine.ts';
import { writeJson } from '../../run/runDirectory.ts';
import type { Terminal } from '../../terminal.ts';
import { inversionExperimentPage } from './inversionExperimentPage.ts';
import { summariseInversions, type MetricRows } from './summariseInversions.ts';

/** One row of the comparison. */
export interface InversionRow {
  readonly name: string;
  /** `none`, `random`, a run or a checkpoint; null for a floor. */
  readonly encoder: string | null;
  /** Of inverting all images; null for a floor. */
  readonly seconds: number | null;
  /** Which of the images its encoder was trained on; null where that is not known. */
  readonly leak: Leak | null;
  readonly pictures: readonly Float32Array[];
  readonly scores: ReconstructionScores;
}

/** The figures of an experiment. */
export interface InversionResults {
  readonly images: number;
  readonly patients: number;
  readonly samples: number;
  readonly confidence: number;
  readonly baseline: string;
  readonly generator: { readonly id: string; readonly step: number; readonly leak: Leak | null };
  readonly rows: readonly Pick<InversionRow, 'name' | 'encoder' | 'seconds' | 'leak'>[];
  readonly metrics: readonly MetricRows[];
  /** Positive and negative images by finding; of the classifier's log odds of the originals, the AUROC. */
  readonly findings: readonly { readonly finding: string; readonly positives: number; readonly negatives: number }[];
  /** KID by judge and row; null where there are too few images. */
  readonly distances: readonly { readonly judge: string; readonly name: string; readonly distance: ReconstructionDistance | null }[];
}

const CONFIDENCE = 0.95;
/** The name of the row in which nothing is lost. */
const ORIGINAL = 'originals';

/** Writes `results.json`, `table.csv` and `report.html`, and prints the table. */
export async function writeInversionResults({ options, rows, baseline, originals, targets, labels, classifier, generator, backend, terminal }: {
  readonly options: InversionOptions;
  readonly rows: readonly InversionRow[];
  readonly baseline: string;
  readonly originals: readonly Float32Array[];
  readonly targets: Targets;
  readonly labels: LabelMatrix | undefined;
  readonly classifier: string | null;
  readonly generator: InversionResults['generator'];
  readonly backend: string;
  readonly terminal: Terminal;
}): Promise<void> {
  const { out, seed, samples, ...rest } = options;
  const patients = targets.records.map((record) => record?.patient);
  const rng = createRng(seed).fork('summary');
  const scored = [...rows, unchanged(rows[0] as InversionRow)];
  const metrics = summariseInversions(scored, { labels, patients, baseline, rng: rng.fork('draws'), samples, confidence: CONFIDENCE }).map(({ metric, rows: own }) => ({ metric, rows: own.filter(({ name }) => name !== ORIGINAL || metric.endsWith(':auroc')) }));
  const count = (column: number, value: 0 | 1): number => patients.filter((_, row) => labels?.known[row * labels.findings.length + column] === 1 && labels.labels[row * labels.findings.length + column] === value).length;
  const results: InversionResults = {
    images: originals.length,
    patients: new Set(patients.map((patient, row) => patient ?? row)).size,
    samples,
    confidence: CONFIDENCE,
    baseline,
    generator,
    rows: rows.map(({ name, encoder, seconds, leak }) => ({ name, encoder, seconds, leak })),
    metrics,
    findings: (labels?.findings ?? []).map((finding, column) => ({ finding, positives: count(column, 1), negatives: count(column, 0) })),
    distances: rows.flatMap(({ name, scores }) => Object.entries(scores.features).map(([judge, features]) => ({ judge, name, distance: reconstructionDistance(features, patients, rng.fork('distance', judge)) ?? null }))),
  };
  await writeJson(join(out, 'results.json'), { format: 'cxr-ifa-inversion-results-1', date: new Date().toISOString().slice(0, 10), ...results, classifier, config: { seed, samples, ...rest }, backend, ...describeMachine() });
  await atomicWrite(join(out, 'table.csv'), formatCsv([['metric', 'row', 'mean', 'low', 'high', 'minus_baseline', 'minus_baseline_low', 'minus_baseline_high'], ...metrics.flatMap(({ metric, rows: own }) => own.map(({ name, value, difference }) => [metric, name, ...cells(value), ...cells(difference)]))]));
  await atomicWrite(join(out, 'report.html'), renderPage({ title: 'Inversion with different perceptual encoders', program: `${manifest.name} ${manifest.version}`, body: inversionExperimentPage(results, { originals, rows, names: targets.names, side: Math.sqrt((originals[0] as Float32Array).length) }) }));
  for (const line of formatTable([['mean over images', 'row', `value (${CONFIDENCE * 100} % interval)`, `minus ${baseline}`], ...metrics.flatMap(({ metric, rows: own }) => own.map(({ name, value, difference }) => [metricName(metric), name, intervalText(value), difference ? intervalText(difference, { signed: true }) : '']))])) terminal.print(line);
  terminal.print(`The page is ${join(out, 'report.html')}, the figures are in results.json, table.csv and cells.jsonl beside it. ${NOT_A_MEDICAL_DEVICE}`);
}

function cells(estimate: Estimate | null): Cell[] {
  return [estimate?.value ?? undefined, estimate?.low ?? undefined, estimate?.high ?? undefined];
}

/** The originals in their own place: what the classifier's AUROC is measured against. */
function unchanged({ scores }: InversionRow): { name: string; scores: ReconstructionScores } {
  return { name: ORIGINAL, scores: { columns: {}, features: {}, logits: Object.fromEntries(Object.entries(scores.logits).map(([finding, { before }]) => [finding, { before, after: before }])) } };
}
