import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { applyLabelPolicy, type LabelMatrix } from '@cxr-ifa/datasets';
import { createRng, disposeTensors, InputError, type ImageRecord } from '@cxr-ifa/tensor';
import { selectBackend } from '../../backend/selectBackend.ts';
import { findLeak, NO_LEAK, reportLeak, type Leak } from '../../classify/findLeak.ts';
import { hashSplits } from '../../classify/hashSplits.ts';
import { selectLabelled, SPLITS, type Split } from '../../classify/selectLabelled.ts';
import type { CommandContext } from '../../commands/command.ts';
import { describeEncoder } from '../../encode/openEncoder.ts';
import { prepareRecords } from '../../encode/prepareRecords.ts';
import { openSource } from '../../fineTune/openSource.ts';
import type { InputSource } from '../../fineTune/inputSource.ts';
import { createWorkerPool } from '../../input/workerPool.ts';
import type { ScarcityOptions } from '../../options/experimentOptions.ts';
import { fineTuneOptions, type FineTuneOptionValues } from '../../options/fineTuneOptions.ts';
import { Interrupted, withInterruption } from '../../run/interruption.ts';
import { readTrainedImages } from '../../run/trainedImages.ts';
import { UsageError } from '../../usageError.ts';
import { openCells, type Cell, type CellKey } from './cellStore.ts';
import type { Draw, DrawOptions } from './draw.ts';
import { openExperimentEncoder, preprocessingOf, readEncoders, readFeatures, type ExperimentEncoder } from './experimentEncoder.ts';
import { runCell, type CellWork, type Handling } from './runCell.ts';
import { writeResults } from './writeResults.ts';

/** What tells one experiment over labels from another. */
export interface Experiment {
  readonly name: 'scarcity' | 'imbalance';
  readonly levels: readonly number[];
  readonly handlings: readonly Handling[];
  readonly draw: (options: DrawOptions) => Draw[];
}

/** What was found out of one encoder. */
export interface EncoderNote {
  readonly name: string;
  readonly encoder: string;
  readonly leak: Leak | null;
}

/** What of the options both experiments share. */
export type ExperimentOptions = Omit<ScarcityOptions, 'fractions' | 'imbalance'>;

type Planned = { readonly key: CellKey; readonly draw: Draw; readonly method: 'linear' | 'fine-tune'; readonly handling: Handling };

/**
 * Trains and tests a classifier for every encoder, method, handling and draw, and compares them. Finished cells are kept, so that the same command goes on where it was interrupted,
 * and one with more encoders, levels or repeats adds to what there is.
 *
 * @throws {InputError} If images, labels or an encoder cannot be used.
 * @throws {UsageError} If the options do not fit one another, or the folder's experiment.
 * @throws {Interrupted} If it was asked to stop; what was finished is kept.
 */
export async function runExperiment(experiment: Experiment, options: ExperimentOptions, { terminal }: CommandContext): Promise<void> {
  requireHandlings(experiment, options);
  const encoders = await readEncoders(options.init, options as ScarcityOptions);
  const baseline = options.baseline ?? (encoders.some(({ name }) => name === 'random') ? 'random' : (encoders[0] as ExperimentEncoder).name);
  if (!encoders.some(({ name }) => name === baseline)) throw new UsageError(`Cannot compare with the baseline ${baseline} as it must be among the encoders: they are ${encoders.map(({ name }) => name).join(', ')}`);
  const labelled = await selectLabelled({ ...options, uncertain: options.labelPolicy, blank: options.blankLabels });
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const { selection, findings, policy, splitSource } = labelled;
  const cells = await openCells(options.out, { format: 'cxr-ifa-experiment-1', experiment: experiment.name, findings: [...findings], policy: { ...policy }, splits: hashSplits(selection.records), seed: options.seed, onBadFile: options.onBadFile });
  const pool = createWorkerPool(options.workers);
  const notes: EncoderNote[] = [];
  let task: { readonly records: readonly ImageRecord[]; readonly matrix: LabelMatrix; readonly draws: readonly Draw[]; readonly rows: Record<Split, number[]> } | undefined;
  const found: { readonly key: CellKey; readonly name: string; readonly cell: Cell }[] = [];
  try {
    await withInterruption(
      async (signal) => {
        for (const encoder of encoders) {
          let opened = await openExperimentEncoder(encoder, options as ScarcityOptions);
          try {
            const prepared = await prepareRecords(selection, { ...options, preprocessing: preprocessingOf(opened, options as ScarcityOptions), folder: options.out, pool, terminal, signal });
            const { records } = prepared.selection;
            const rows = Object.fromEntries(SPLITS.map((split) => [split, records.flatMap((record, row) => (record.split === split ? [row] : []))])) as Record<Split, number[]>;
            if (task && task.records.map(({ path }) => path).join('\n') !== records.map(({ path }) => path).join('\n')) throw new InputError(`Cannot compare ${encoder.name} with the encoders before as it must have the same images: with its preparation other files are bad`);
            const matrix = applyLabelPolicy(records, policy, findings);
            task ??= { records, matrix, rows, draws: experiment.draw({ records, trainRows: rows.train, matrix, levels: experiment.levels, repeats: options.repeats, rng: createRng(options.seed).fork('experiment') }) };
            const leak = encoder.checkpoint === undefined ? NO_LEAK : findLeak(prepared, await readTrainedImages(encoder.checkpoint));
            if (encoder.checkpoint !== undefined) terminal.print(`${encoder.name}: ${encoder.checkpoint}`);
            reportLeak(leak, options, terminal);
            notes.push({ name: encoder.name, encoder: opened ? describeEncoder(opened) : '60 principal components of 32 x 32 pixels', leak });

            const planned = planCells(encoder, task.draws, experiment, options);
            if (planned.some(({ key }) => !cells.find(key))) {
              const read = await readFeatures(encoder, opened, { folder: options.out, prepared, trainRows: rows.train, batchSize: options.batchSize, rng: createRng(options.seed), terminal });
              opened = read.opened;
              const settled = read.opened;
              const tuning = fineTuningOf(options);
              let source: Promise<InputSource> | undefined;
              const work: CellWork = {
                cached: { features: read.features, records, matrix },
                validationRows: rows.val,
                testRows: rows.test,
                fineTuning: settled && { opened: settled, source: () => (source ??= openSource(settled, prepared.indices, { ...tuning, batchSize: options.batchSize, cache: prepared.cache, terminal })), options: tuning },
                terminal: { ...terminal, progress: () => ({ update: () => undefined, finish: () => undefined }) },
                signal,
              };
              const progress = terminal.progress(encoder.name, planned.length, 'cells');
              try {
                for (const [index, { key, draw, method, handling }] of planned.entries()) {
                  if (cells.find(key)) continue;
                  const before = performance.now();
                  const { cell, logits } = await runCell(method, handling, draw, work, createRng(options.seed).fork('cell', method, handling, draw.level, draw.repeat, ...draw.findings));
                  if (signal.aborted) throw new Interrupted(`Interrupted: ${index} of ${planned.length} cells of ${encoder.name} are kept in ${options.out}; the same command goes on`);
                  await cells.add(key, { name: encoder.name, method, handling, level: draw.level, repeat: draw.repeat, seconds: Number(((performance.now() - before) / 1000).toFixed(2)), ...cell }, logits);
                  progress.update(index + 1, `${method}, ${draw.level}`);
                  await new Promise(setImmediate); // a probe computes without a break: this lets a signal in
                }
              } finally {
                progress.finish();
              }
            }
            for (const { key } of planned) found.push({ key, name: encoder.name, cell: cells.find(key) as Cell });
          } finally {
            if (opened) disposeTensors(opened.parameters, opened.statistics);
          }
        }
      },
      () => terminal.print('Interrupted: the cell in work is given up, the finished ones are kept'),
    );
    await writeResults({ experiment, options, notes, baseline, splitSource, task: task as NonNullable<typeof task>, cells, found, backend: backend.name, terminal });
    terminal.print(`The page is ${join(options.out, 'report.html')}, the figures are in results.json, table.csv and cells.jsonl beside it`);
  } finally {
    cells.close();
    await pool.close();
  }
}

/** The cells of one encoder, cheap ones first; what is no encoder is not fine-tuned, and a probe knows class weights only. */
function planCells({ key, checkpoint, seed }: ExperimentEncoder, draws: readonly Draw[], { handlings }: Experiment, options: ExperimentOptions): Planned[] {
  const isEncoder = checkpoint !== undefined || seed !== undefined;
  const methods = (['linear', 'fine-tune'] as const).filter((method) => options.methods.includes(method) && (isEncoder || method === 'linear'));
  return methods.flatMap((method) =>
    handlings
      .filter((handling) => method === 'fine-tune' || isForProbes(handling))
      .flatMap((handling) => draws.map((draw) => ({ draw, method, handling, key: { encoder: key, method, handling, level: draw.level, repeat: draw.repeat, findings: draw.findings, settings: method === 'linear' ? {} : { ...fineTuningOf(options) } } }))),
  );
}

function isForProbes(handling: Handling): boolean {
  return handling === 'none' || handling === 'class-weights';
}

function requireHandlings({ handlings }: Experiment, { methods }: ExperimentOptions): void {
  const idle = handlings.find((handling) => !isForProbes(handling));
  if (idle !== undefined && !methods.includes('fine-tune')) throw new UsageError(`Cannot handle imbalance by ${idle} in a linear probe, which knows none and class-weights: add fine-tune to --methods`);
}

/** The settings of fine-tuning alone. Without early stopping: validation labels are labels too, and scarce ones would have to be shared. */
function fineTuningOf(options: ExperimentOptions): FineTuneOptionValues {
  const own = Object.fromEntries(Object.keys(fineTuneOptions).map((name) => [name, options[name as keyof ExperimentOptions]])) as unknown as FineTuneOptionValues;
  return { ...own, freeze: options.freeze === 'none' ? undefined : options.freeze, earlyStopping: undefined };
}
