import type { CommandContext } from '../commands/command.ts';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { beginRun, claimFolder } from '../run/runDirectory.ts';
import { writeTrainedImages } from '../run/trainedImages.ts';
import { UsageError } from '../usageError.ts';
import { networksOf, networkTable } from './networks.ts';
import { trainGan } from './trainGan.ts';
import { withGanImages } from './withGanImages.ts';

/**
 * A new run of `gan train`.
 *
 * @throws {UsageError} If the options do not fit one another or the data.
 * @throws {InputError} If the images, the monitor's encoder or the backend cannot be used.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function ganRun(options: GanTrainOptions, { terminal, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const { data, out: folder, seed } = options;
  if (data === undefined || folder === undefined) throw new UsageError('Cannot train a generator without images and a folder: give --data <path> and --out <run>, or --resume <run>');
  networksOf(networkTable(options)); // refuses sizes that do not fit before anything is read
  if (options.batchSize % 4 !== 0) throw new UsageError(`Cannot train a generator as the batch must be a multiple of 4: current --batch-size is ${options.batchSize}`);
  const withdraw = await claimFolder(folder);
  let begun = false;
  try {
    await withGanImages({ ...options, data }, folder, { terminal, signal }, async (images, backend) => {
      const { cache, records } = images.training;
      const { dataHash, skipped } = cache.manifest;
      const count = cache.manifest.images.length;
      if (options.batchSize > count) throw new UsageError(`Cannot train a generator as a batch must not be larger than the data of ${count} images: current --batch-size is ${options.batchSize}`);
      await writeTrainedImages(folder, cache, records);
      const { out: _out, resume: _resume, ...config } = options;
      await beginRun(folder, { ...config, threads: backend.threads }, { command: commandLine, startedAt: new Date().toISOString(), ...describeMachine(), backend, seed, data: { path: data, images: count, skipped: skipped.length, hash: dataHash }, resumed: [] });
      begun = true;
      terminal.print(`${count} images, ${options.steps} steps of ${options.batchSize}, in ${folder}`);
      await trainGan(options, undefined, { folder, images, terminal, signal });
    });
  } finally {
    if (!begun) await withdraw();
  }
}
