import { join } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import type { CommandContext } from '../commands/command.ts';
import { INVERT_FREE_ON_RESUME, invertTrainOptions } from '../options/invertTrainOptions.ts';
import { cutMetricsLog } from '../run/metricsLog.ts';
import { resumedOptions } from '../run/resumedOptions.ts';
import { readRunFile, writeJson } from '../run/runDirectory.ts';
import { readStepFile } from '../run/stepFile.ts';
import { inversionDetailsSchema } from './inversionFile.ts';
import { trainInversion } from './trainInversion.ts';
import { withInversionParts } from './withInversionParts.ts';

const cardSchema = z.looseObject({ generator: z.looseObject({ path: z.string(), step: z.int(), id: z.string() }), data: z.looseObject({ path: z.string(), hash: z.string() }), resumed: z.array(z.unknown()) });

/**
 * Goes on with a run of `invert train` exactly where its last checkpoint stands.
 *
 * @throws {InputError} If the folder is no such run, or its checkpoint, its generator or its images cannot be used.
 * @throws {UsageError} If an option was given that the run was not begun with.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function resumeInversionRun(folder: string, { terminal, given, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const action = `resume ${folder}`;
  const options = await resumedOptions(folder, given, invertTrainOptions, INVERT_FREE_ON_RESUME);
  const card = cardSchema.safeParse(await readRunFile(folder, 'run-card.json'));
  if (!card.success) throw new InputError(`Cannot ${action} as its run-card.json is damaged or of another version`);
  const { generator, data, resumed } = card.data;
  const file = await readStepFile(folder, inversionDetailsSchema, 'cxr-ifa invert train');
  const [step, total] = [file?.details.step ?? 0, options.drawnSteps + options.steps];
  if (step >= total) {
    terminal.print(`The run ${folder} is finished: it has taken all of its ${total} steps`);
    return;
  }
  await withInversionParts({ ...options, gan: options.gan ?? generator.path, data: options.data ?? data.path }, folder, { terminal, signal }, async (parts) => {
    if (parts.generator !== generator.id) throw new InputError(`Cannot ${action} as the generator is not the one that it was begun with, of step ${generator.step}: current step is ${parts.loaded.details.step}; give its checkpoint by --gan`);
    if (parts.cache.manifest.dataHash !== data.hash) throw new InputError(`Cannot ${action} as the images are not those that it was begun with: its run-card.json has their hash`);
    await trainInversion(options, file, { ...parts, folder, terminal, signal }, async () => {
      await cutMetricsLog(join(folder, 'metrics.jsonl'), step);
      await writeJson(join(folder, 'run-card.json'), { ...card.data, resumed: [...resumed, { step, at: new Date().toISOString(), command: commandLine, backend: parts.backend }] });
      terminal.print(`Going on with ${folder} after step ${step} of ${total}`);
    });
  });
}
