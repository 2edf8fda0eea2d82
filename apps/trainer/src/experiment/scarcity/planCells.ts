import { fineTuneOptions, type FineTuneOptionValues } from '../../options/fineTuneOptions.ts';
import { UsageError } from '../../usageError.ts';
import type { CellKey } from './cellStore.ts';
import type { Draw } from './draw.ts';
import type { ExperimentEncoder } from './experimentEncoder.ts';
import type { Handling } from './runCell.ts';
import type { Experiment, ExperimentOptions } from './runExperiment.ts';

/** A cell that is to be there in the end. */
export interface PlannedCell {
  readonly key: CellKey;
  readonly draw: Draw;
  readonly method: 'linear' | 'fine-tune';
  readonly handling: Handling;
}

/** The cells of one encoder, cheap ones first; what is no encoder is not fine-tuned, and a probe knows class weights only. */
export function planCells({ key, checkpoint, seed }: ExperimentEncoder, draws: readonly Draw[], { handlings }: Experiment, options: ExperimentOptions): PlannedCell[] {
  const isEncoder = checkpoint !== undefined || seed !== undefined;
  const methods = (['linear', 'fine-tune'] as const).filter((method) => options.methods.includes(method) && (isEncoder || method === 'linear'));
  return methods.flatMap((method) => {
    const settings = method === 'linear' ? {} : { ...fineTuningOf(options) };
    const usable = handlings.filter((handling) => method === 'fine-tune' || isForProbes(handling));
    return usable.flatMap((handling) => draws.map((draw) => ({ draw, method, handling, key: { encoder: key, method, handling, level: draw.level, repeat: draw.repeat, findings: draw.findings, settings } })));
  });
}

/** The settings of fine-tuning alone. Without early stopping: validation labels are labels too, and scarce ones would have to be shared. */
export function fineTuningOf(options: ExperimentOptions): FineTuneOptionValues {
  const own = Object.fromEntries(Object.keys(fineTuneOptions).map((name) => [name, options[name as keyof ExperimentOptions]])) as unknown as FineTuneOptionValues;
  return { ...own, freeze: options.freeze === 'none' ? undefined : options.freeze, earlyStopping: undefined };
}

/**
 * Refuses a handling that no method would use.
 *
 * @throws {UsageError} If a probe alone is to be weighed as only fine-tuning can be.
 */
export function requireHandlings({ handlings }: Experiment, { methods }: ExperimentOptions): void {
  const idle = handlings.find((handling) => !isForProbes(handling));
  if (idle !== undefined && !methods.includes('fine-tune')) throw new UsageError(`Cannot handle imbalance by ${idle} in a linear probe, which knows none and class-weights: add fine-tune to --methods`);
}

function isForProbes(handling: Handling): boolean {
  return handling === 'none' || handling === 'class-weights';
}
