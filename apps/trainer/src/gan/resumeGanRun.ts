import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import type { CommandContext } from '../commands/command.ts';
import { GAN_FREE_ON_RESUME, ganTrainOptions } from '../options/ganTrainOptions.ts';
import { cutMetricsLog } from '../run/metricsLog.ts';
import { resumedOptions } from '../run/resumedOptions.ts';
import { readRunFile, writeJson } from '../run/runDirectory.ts';
import { readStepFile } from '../run/stepFile.ts';
import { ganDetailsSchema } from './ganCheckpoint.ts';
import { trainGan } from './trainGan.ts';
import { withGanImages } from './withGanImages.ts';

const cardSchema = z.looseObject({ data: z.looseObject({ path: z.string(), hash: z.string() }), resumed: z.array(z.unknown()) });

/**
 * Goes on with a run of `gan train` exactly where its last checkpoint stands.
 *
 * @throws {InputError} If the folder is no such run, or its checkpoint or its images cannot be used.
 * @throws {UsageError} If an option was given that the run was not begun with.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function resumeGanRun(folder: string, { terminal, given, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const action = `resume ${folder}`;
  const options = await resumedOptions(folder, given, ganTrainOptions, GAN_FREE_ON_RESUME);
  const card = cardSchema.safeParse(await readRunFile(folder, 'run-card.json'));
  if (!card.success) throw new InputError(`Cannot ${action} as its run-card.json is damaged or of another version`);
  const file = await readStepFile(folder, ganDetailsSchema, 'cxr-ifa gan train');
  const step = file?.details.step ?? 0;
  if (step >= options.steps) {
    terminal.print(`The run ${folder} is finished: it has taken all of its ${options.steps} steps`);
    return;
  }
  await withGanImages({ ...options, data: options.data ?? card.data.data.path }, folder, { terminal, signal }, async (images, backend) => {
    if (images.training.manifest.dataHash !== card.data.data.hash) throw new InputError(`Cannot ${action} as the images are not those that it was begun with: its run-card.json has their hash`);
    for (const log of ['metrics.jsonl', 'monitor.jsonl']) await cutMetricsLog(join(folder, log), step);
    await writeJson(join(folder, 'run-card.json'), { ...card.data, resumed: [...card.data.resumed, { step, at: new Date().toISOString(), command: commandLine, backend }] });
    terminal.print(`Going on with ${folder} after step ${step} of ${options.steps}`);
    await trainGan(options, file, { folder, images, terminal, signal });
  });
}
