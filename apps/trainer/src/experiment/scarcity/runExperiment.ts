import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { selectBackend } from '../../backend/selectBackend.ts';
import type { Leak } from '../../classify/findLeak.ts';
import { hashSplits } from '../../classify/hashSplits.ts';
import { selectLabelled } from '../../classify/selectLabelled.ts';
import type { CommandContext } from '../../commands/command.ts';
import { createWorkerPool } from '../../input/workerPool.ts';
import type { ScarcityOptions } from '../../options/experimentOptions.ts';
import { withInterruption } from '../../run/interruption.ts';
import { UsageError } from '../../usageError.ts';
import { openCells } from './cellStore.ts';
import type { Draw, DrawOptions } from './draw.ts';
import { readEncoders, type ExperimentEncoder } from './experimentEncoder.ts';
import { requireHandlings } from './planCells.ts';
import type { Handling } from './runCell.ts';
import { runEncoder, type ExperimentTask, type RunEncoder } from './runEncoder.ts';
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
  const baseline = chooseBaseline(encoders, options.baseline);
  const labelled = await selectLabelled({ ...options, uncertain: options.labelPolicy, blank: options.blankLabels });
  const backend = await selectBackend(options.backend, options);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  const { selection, findings, policy, splitSource } = labelled;
  const cells = await openCells(options.out, { format: 'cxr-ifa-experiment-1', experiment: experiment.name, findings: [...findings], policy: { ...policy }, splits: hashSplits(selection.records), seed: options.seed, onBadFile: options.onBadFile });
  const pool = createWorkerPool(options.workers);
  try {
    const runs = await withInterruption(
      async (signal) => {
        const finished: RunEncoder[] = [];
        for (const encoder of encoders) {
          const run = await runEncoder(encoder, { experiment, options, labelled, cells, pool, terminal, signal });
          requireSameImages(encoder.name, run.task, finished[0]?.task ?? run.task);
          finished.push(run);
        }
        return finished;
      },
      () => terminal.print('Interrupted: the cell in work is given up, the finished ones are kept'),
    );
    const found = runs.flatMap(({ note: { name }, cells: own }) => own.map((cell) => ({ name, cell })));
    await writeResults({ experiment, options, notes: runs.map(({ note }) => note), baseline, splitSource, task: (runs[0] as RunEncoder).task, cells, found, backend: backend.name, terminal });
    terminal.print(`The page is ${join(options.out, 'report.html')}, the figures are in results.json, table.csv and cells.jsonl beside it`);
  } finally {
    cells.close();
    await pool.close();
  }
}

function chooseBaseline(encoders: readonly ExperimentEncoder[], given: string | undefined): string {
  const names = encoders.map(({ name }) => name);
  if (given !== undefined && !names.includes(given)) throw new UsageError(`Cannot compare with the baseline ${given} as it must be among the encoders: they are ${names.join(', ')}`);
  return given ?? (names.includes('random') ? 'random' : (names[0] as string));
}

/** With another preparation other files may be bad: then there are no pairs. */
function requireSameImages(name: string, { records }: ExperimentTask, first: ExperimentTask): void {
  const paths = (of: ExperimentTask['records']): string => of.map(({ path }) => path).join('\n');
  if (paths(records) !== paths(first.records)) throw new InputError(`Cannot compare ${name} with the encoders before as it must have the same images: with its preparation other files are bad`);
}
