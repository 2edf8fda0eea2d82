import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import { GAN_FREE_ON_RESUME, ganTrainOptions } from '../options/ganTrainOptions.ts';
import { cutMetricsLog } from '../run/metricsLog.ts';
import { resumedOptions } from '../run/resumedOptions.ts';
import { writeJson } from '../run/runDirectory.ts';
import { readStepFile } from '../run/stepFile.ts';
import { ganDetailsSchema } from './ganCheckpoint.ts';
import { readGanRunCard } from './ganRunCard.ts';
import { trainGan } from './trainGan.ts';
import { withGanImages } from './withGanImages.ts';

/**
 * Goes on with a run of `gan train` exactly where its last checkpoint stands.
 *
 * @throws {InputError} If the folder is no such run, or its checkpoint, its images or the monitor's encoder cannot be used.
 * @throws {UsageError} If an option was given that the run was not begun with.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function resumeGanRun(folder: string, { terminal, given, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const action = `resume ${folder}`;
  const options = await resumedOptions(folder, given, ganTrainOptions, GAN_FREE_ON_RESUME);
  const card = await readGanRunCard(folder, action);
  const file = await readStepFile(folder, ganDetailsSchema, 'cxr-ifa gan train');
  const step = file?.details.step ?? 0;
  if (step >= options.steps) {
    terminal.print(`The run ${folder} is finished: it has taken all of its ${options.steps} steps`);
    return;
  }
  await withGanImages({ ...options, data: options.data ?? card.data.path }, folder, { terminal, signal }, async (images, backend) => {
    if (images.training.cache.manifest.dataHash !== card.data.hash) throw new InputError(`Cannot ${action} as the images are not those that it was begun with: its run-card.json has their hash`);
    for (const log of ['metrics.jsonl', 'monitor.jsonl']) await cutMetricsLog(join(folder, log), step);
    await writeJson(join(folder, 'run-card.json'), { ...card, resumed: [...card.resumed, { step, at: new Date().toISOString(), command: commandLine, backend }] });
    terminal.print(`Going on with ${folder} after step ${step} of ${options.steps}`);
    await trainGan(options, file, { folder, images, terminal, signal });
  });
}
