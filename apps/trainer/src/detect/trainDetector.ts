import type { CommandContext } from '../commands/command.ts';
import type { DetectTrainOptions } from '../options/detectOptions.ts';
import { withInterruption } from '../run/interruption.ts';
import { detectorRun } from './detectorRun.ts';
import { resumeDetectorRun } from './resumeDetectorRun.ts';

/**
 * Trains a detector on an encoder and tests it, or goes on with a run that was interrupted.
 *
 * @throws {InputError} If images, boxes, encoder, backend or the run cannot be used.
 * @throws {UsageError} If the options do not fit one another.
 * @throws {Interrupted} If a signal asked to stop; a checkpoint was saved.
 */
export async function trainDetector(options: DetectTrainOptions, context: CommandContext): Promise<void> {
  await withInterruption(
    (signal) => (options.resume === undefined ? detectorRun(options, context, signal) : resumeDetectorRun(options.resume, context, signal)),
    () => context.terminal.print('Stopping after this step; once more stops at once'),
  );
}
