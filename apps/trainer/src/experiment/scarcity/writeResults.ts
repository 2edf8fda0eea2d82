import { join } from 'node:path';
import { formatCsv, type Cell as CsvCell } from '@cxr-ifa/datasets';
import type { FindingLabels } from '@cxr-ifa/heads/classification';
import { createRng } from '@cxr-ifa/tensor';
import manifest from '../../../package.json' with { type: 'json' };
import type { Estimate } from '../../classify/findingColumn.ts';
import { labelColumns } from '../../classify/labelColumns.ts';
import { NOT_A_MEDICAL_DEVICE } from '../../classify/notice.ts';
import { formatTable } from '../../output/formatTable.ts';
import { renderPage } from '../../report/renderPage.ts';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { describeMachine } from '../../run/describeMachine.ts';
import { writeJson } from '../../run/runDirectory.ts';
import type { Terminal } from '../../terminal.ts';
import type { Cell, CellStore } from './cellStore.ts';
import { experimentPage } from './experimentPage.ts';
import { formatLevel } from './formatLevel.ts';
import type { ExperimentTask } from './runEncoder.ts';
import type { EncoderNote, Experiment, ExperimentOptions } from './runExperiment.ts';
import { summariseLevel, type EncoderCells, type EncoderSummary } from './summarise.ts';

const CONFIDENCE = 0.95;

/** Means over draws of what a cell counts and measures beside the AUROC. */
export interface LevelRow extends EncoderSummary {
  readonly draws: number;
  readonly trainingImages: number;
  readonly trainingPositives: number;
  readonly auprc: number | null;
  readonly balancedAccuracy: number | null;
}

/** The encoders at one level, side by side. */
export interface LevelResult {
  readonly finding: string;
  readonly method: 'linear' | 'fine-tune';
  readonly handling: string;
  readonly level: number;
  readonly encoders: readonly LevelRow[];
}

/** All that is written of an experiment. */
export interface ExperimentResults {
  readonly experiment: Experiment['name'];
  readonly baseline: string;
  readonly notes: readonly EncoderNote[];
  readonly splitSource: string;
  readonly test: { readonly images: number; readonly patients: number; readonly positives: Readonly<Record<string, number>> };
  readonly samples: number;
  readonly confidence: number;
  readonly levels: readonly LevelResult[];
}

/** What {@link writeResults} works with. */
export interface WriteResultsOptions {
  readonly experiment: Experiment;
  readonly options: ExperimentOptions;
  readonly notes: readonly EncoderNote[];
  readonly baseline: string;
  readonly splitSource: string;
  readonly task: ExperimentTask;
  readonly cells: CellStore;
  readonly found: readonly { readonly name: string; readonly cell: Cell }[];
  readonly backend: string;
  readonly terminal: Terminal;
}

/** Compares the cells, and writes `results.json`, `table.csv` and `report.html`. */
export async function writeResults({ experiment, options, notes, baseline, splitSource, task, cells, found, backend, terminal }: WriteResultsOptions): Promise<void> {
  const { records, matrix, rows } = task;
  const patients = rows.test.map((row) => records[row]?.patient);
  const levels: LevelResult[] = [];
  for (const group of groupCells(found)) {
    const [{ finding, method, handling, level }] = group.map(({ place }) => place) as [Place];
    const [{ labels, known }] = labelColumns(matrix, rows.test, [finding]) as [Required<FindingLabels>];
    const members: (EncoderCells & Pick<Member, 'own'>)[] = [];
    for (const { name, own } of group) {
      const logits: (Float32Array | null)[] = [];
      for (const { cell, index } of own) logits[cell.repeat] = (await cells.readLogits(cell))[index] ?? null;
      members.push({ name, logits: Array.from(logits, (column) => column ?? null), own });
    }
    const rng = createRng(options.seed).fork('summary', finding, method, handling, level);
    const summaries = summariseLevel(members, { labels, known, patients, baseline, samples: options.samples, confidence: CONFIDENCE, rng });
    levels.push({ finding, method, handling, level, encoders: summaries.map((summary, index) => ({ ...summary, ...meansOf(members[index]?.own ?? []) })) });
  }
  const positives = Object.fromEntries(labelColumns(matrix, rows.test, matrix.findings).map(({ name, labels }) => [name, Array.from(labels).filter((label) => label === 1).length]));
  const test = { images: rows.test.length, patients: new Set(patients.map((patient, row) => patient ?? row)).size, positives };
  const results: ExperimentResults = { experiment: experiment.name, baseline, notes, splitSource, test, samples: options.samples, confidence: CONFIDENCE, levels };
  const { out, ...config } = options;
  await writeJson(join(out, 'results.json'), { format: 'cxr-ifa-experiment-results-1', ...results, config, backend, ...describeMachine() });
  await atomicWrite(join(out, 'table.csv'), formatCsv([HEADER, ...levels.flatMap(csvRows)]));
  await atomicWrite(join(out, 'report.html'), renderPage({ title: experiment.name === 'scarcity' ? 'What few labels are enough for' : 'What rare findings cost', program: `cxr-ifa ${manifest.version}`, body: experimentPage(results) }));
  print(results, terminal);
}

interface Place {
  readonly finding: string;
  readonly method: 'linear' | 'fine-tune';
  readonly handling: string;
  readonly level: number;
}

interface Member {
  readonly name: string;
  readonly place: Place;
  readonly own: { readonly cell: Cell; readonly index: number }[];
}

/** The cells that stand side by side: of one finding, method, handling and level, by encoder. */
function groupCells(found: WriteResultsOptions['found']): Member[][] {
  const groups = new Map<string, Map<string, Member>>();
  for (const { name, cell } of found) {
    for (const [index, { finding }] of cell.findings.entries()) {
      const { method, handling, level } = cell;
      const key = [finding, method, handling, level].join('\n');
      const group = groups.get(key) ?? new Map<string, Member>();
      groups.set(key, group);
      const member = group.get(name) ?? { name, place: { finding, method, handling, level }, own: [] };
      group.set(name, member);
      member.own.push({ cell, index });
    }
  }
  return [...groups.values()].map((group) => [...group.values()]);
}

function meansOf(own: Member['own']): Omit<LevelRow, keyof EncoderSummary> {
  const mean = (values: readonly (number | null)[]): number | null => (values.length > 0 && values.every((value) => value !== null) ? (values as number[]).reduce((sum, value) => sum + value, 0) / values.length : null);
  const of = (name: 'auprc' | 'balancedAccuracy' | 'positives'): (number | null)[] => own.map(({ cell, index }) => cell.findings[index]?.[name] ?? null);
  return { draws: own.length, trainingImages: mean(own.map(({ cell }) => cell.trainingImages)) ?? 0, trainingPositives: mean(of('positives')) ?? 0, auprc: mean(of('auprc')), balancedAccuracy: mean(of('balancedAccuracy')) };
}

const HEADER = ['finding', 'method', 'handling', 'level', 'encoder', 'draws', 'training_images', 'training_positives', 'auroc', 'auroc_low', 'auroc_high', 'minus_baseline', 'minus_baseline_low', 'minus_baseline_high', 'best_beyond_noise', 'auprc', 'balanced_accuracy'];

function csvRows({ finding, method, handling, level, encoders }: LevelResult): CsvCell[][] {
  const cells = (estimate: Estimate | null): CsvCell[] => [estimate?.value ?? undefined, estimate?.low ?? undefined, estimate?.high ?? undefined];
  return encoders.map(({ name, draws, trainingImages, trainingPositives, auroc, difference, isBest, auprc, balancedAccuracy }) => [finding, method, handling, level, name, draws, trainingImages, trainingPositives, ...cells(auroc), ...cells(difference), Number(isBest), auprc ?? undefined, balancedAccuracy ?? undefined]);
}

function print({ experiment, levels, baseline }: ExperimentResults, terminal: Terminal): void {
  const rows = levels.flatMap(({ finding, method, handling, level, encoders }) =>
    encoders.map(({ name, draws, auroc: { value, low, high }, difference, isBest }) => [finding, method, handling, formatLevel(experiment, level), name, String(draws), value === null ? 'undefined' : value.toFixed(3), low === null || high === null ? '' : `${low.toFixed(3)} to ${high.toFixed(3)}`, signed(difference), isBest ? 'best' : '']),
  );
  for (const line of formatTable([['finding', 'method', 'handling', experiment === 'scarcity' ? 'patients' : 'ratio', 'encoder', 'draws', 'AUROC', `${CONFIDENCE * 100} % interval`, `minus ${baseline}`, ''], ...rows])) terminal.print(line);
  terminal.print(`Intervals are over test patients and training draws; "best" is said only where the difference to each of the others excludes 0. ${NOT_A_MEDICAL_DEVICE}`);
}

function signed(estimate: Estimate | null): string {
  if (!estimate || estimate.value === null || estimate.low === null || estimate.high === null) return '';
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((x) => `${x >= 0 ? '+' : ''}${x.toFixed(3)}`);
  return `${value} (${low} to ${high})`;
}
