import { performance } from 'node:perf_hooks';
import { applyLabelPolicy, type LabelMatrix } from '@cxr-ifa/datasets';
import { createRng, disposeTensors, type ImageRecord } from '@cxr-ifa/tensor';
import { findLeak, NO_LEAK, reportLeak } from '../../classify/findLeak.ts';
import { SPLITS, type LabelledSelection, type Split } from '../../classify/selectLabelled.ts';
import { describeEncoder } from '../../encode/openEncoder.ts';
import { prepareRecords } from '../../encode/prepareRecords.ts';
import { openSource } from '../../fineTune/openSource.ts';
import type { InputSource } from '../../fineTune/inputSource.ts';
import type { WorkerPool } from '../../input/workerPool.ts';
import type { ScarcityOptions } from '../../options/experimentOptions.ts';
import { Interrupted } from '../../run/interruption.ts';
import { readTrainedImages } from '../../run/trainedImages.ts';
import type { Terminal } from '../../terminal.ts';
import type { Cell, CellStore } from './cellStore.ts';
import { openExperimentEncoder, preprocessingOf, readFeatures, type ExperimentEncoder } from './experimentEncoder.ts';
import { fineTuningOf, planCells, type PlannedCell } from './planCells.ts';
import { runCell, type CellWork } from './runCell.ts';
import type { EncoderNote, Experiment, ExperimentOptions } from './runExperiment.ts';

/** Images, labels and splits of an experiment; the same for all encoders. */
export interface ExperimentTask {
  readonly records: readonly ImageRecord[];
  readonly matrix: LabelMatrix;
  readonly rows: Readonly<Record<Split, readonly number[]>>;
}

/** What {@link runEncoder} works with. */
export interface RunEncoderOptions {
  readonly experiment: Experiment;
  readonly options: ExperimentOptions;
  readonly labelled: LabelledSelection;
  readonly cells: CellStore;
  readonly pool: WorkerPool;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What came of one encoder. */
export interface RunEncoder {
  readonly note: EncoderNote;
  readonly task: ExperimentTask;
  readonly cells: readonly Cell[];
}

/** Runs the cells of one encoder that are not there yet; its features are computed once. */
export async function runEncoder(encoder: ExperimentEncoder, { experiment, options, labelled, cells, pool, terminal, signal }: RunEncoderOptions): Promise<RunEncoder> {
  let opened = await openExperimentEncoder(encoder, options as ScarcityOptions);
  try {
    const { selection, findings, policy } = labelled;
    const prepared = await prepareRecords(selection, { ...options, preprocessing: preprocessingOf(opened, options as ScarcityOptions), folder: options.out, pool, terminal, signal });
    const { records } = prepared.selection;
    const rows = Object.fromEntries(SPLITS.map((split) => [split, records.flatMap((record, row) => (record.split === split ? [row] : []))])) as Record<Split, number[]>;
    const matrix = applyLabelPolicy(records, policy, findings);
    const leak = encoder.checkpoint === undefined ? NO_LEAK : findLeak(prepared, await readTrainedImages(encoder.checkpoint));
    if (encoder.checkpoint !== undefined) terminal.print(`${encoder.name}: ${encoder.checkpoint}`);
    reportLeak(leak, options, terminal);
    const planned = planCells(encoder, experiment.draw({ records, trainRows: rows.train, matrix, levels: experiment.levels, repeats: options.repeats, rng: createRng(options.seed).fork('experiment') }), experiment, options);
    if (planned.some(({ key }) => !cells.find(key))) {
      const { features, opened: settled } = await readFeatures(encoder, opened, { folder: options.out, prepared, trainRows: rows.train, batchSize: options.batchSize, rng: createRng(options.seed), terminal });
      opened = settled;
      const tuning = fineTuningOf(options);
      let source: Promise<InputSource> | undefined;
      const work: CellWork = {
        cached: { features, records, matrix },
        validationRows: rows.val,
        testRows: rows.test,
        fineTuning: settled && { opened: settled, source: () => (source ??= openSource(settled, prepared.indices, { ...tuning, batchSize: options.batchSize, cache: prepared.cache, terminal })), options: tuning },
        terminal: { ...terminal, progress: () => ({ update: () => undefined, finish: () => undefined }) }, // one bar, of the cells
        signal,
      };
      await runCells(encoder.name, planned, { cells, work, options, terminal, signal });
    }
    return { note: { name: encoder.name, encoder: opened ? describeEncoder(opened) : '60 principal components of 32 x 32 pixels', leak }, task: { records, matrix, rows }, cells: planned.map(({ key }) => cells.find(key) as Cell) };
  } finally {
    if (opened) disposeTensors(opened.parameters, opened.statistics);
  }
}

async function runCells(name: string, planned: readonly PlannedCell[], { cells, work, options, terminal, signal }: Pick<RunEncoderOptions, 'cells' | 'options' | 'terminal' | 'signal'> & { readonly work: CellWork }): Promise<void> {
  const progress = terminal.progress(name, planned.length, 'cells');
  try {
    for (const [index, { key, draw, method, handling }] of planned.entries()) {
      if (cells.find(key)) continue;
      const before = performance.now();
      const { cell, logits } = await runCell(method, handling, draw, work, createRng(options.seed).fork('cell', method, handling, draw.level, draw.repeat, ...draw.findings));
      await new Promise(setImmediate); // a probe computes without a break: this lets a signal in
      if (signal.aborted) throw new Interrupted(`Interrupted: ${index} of ${planned.length} cells of ${name} are kept in ${options.out}; the same command goes on`);
      await cells.add(key, { name, method, handling, level: draw.level, repeat: draw.repeat, seconds: Number(((performance.now() - before) / 1000).toFixed(2)), ...cell }, logits);
      progress.update(index + 1, `${method}, ${draw.level}`);
    }
  } finally {
    progress.finish();
  }
}
