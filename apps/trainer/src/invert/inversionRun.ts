import type { CommandContext } from '../commands/command.ts';
import type { InvertTrainOptions } from '../options/invertTrainOptions.ts';
import { describeMachine } from '../run/describeMachine.ts';
import { beginRun, claimFolder } from '../run/runDirectory.ts';
import { readTrainedImages, writeTrainedImages } from '../run/trainedImages.ts';
import { UsageError } from '../usageError.ts';
import { trainInversion } from './trainInversion.ts';
import { withInversionParts } from './withInversionParts.ts';

/**
 * A new run of `invert train`.
 *
 * @throws {UsageError} If the options do not fit one another or the data.
 * @throws {InputError} If generator, backbone, images or backend cannot be used.
 * @throws {Interrupted} If the signal asked to stop; a checkpoint was saved.
 */
export async function inversionRun(options: InvertTrainOptions, { terminal, commandLine }: CommandContext, signal: AbortSignal): Promise<void> {
  const { gan, data, init, drawnSteps, steps, batchSize, seed, out: folder } = options;
  if (gan === undefined || data === undefined || folder === undefined) throw new UsageError('Cannot train an encoder without a generator, images and a folder: give --gan <run>, --data <path> and --out <run>, or --resume <run>');
  if (drawnSteps + steps === 0) throw new UsageError('Cannot train an encoder without steps: give --drawn-steps or --steps');
  const withdraw = await claimFolder(folder);
  let begun = false;
  try {
    await withInversionParts({ ...options, gan, data }, folder, { terminal, signal }, async (parts) => {
      const { cache, records, loaded, generator, backend } = parts;
      const { dataHash, images: { length: count } } = cache.manifest;
      if (batchSize > count) throw new UsageError(`Cannot train an encoder as a batch must not be larger than the data of ${count} images: current --batch-size is ${batchSize}`);
      await trainInversion(options, undefined, { ...parts, folder, terminal, signal }, async () => {
        await writeTrainedImages(folder, cache, records, { earlier: init === 'random' ? undefined : await readTrainedImages(init) });
        const { out: _out, resume: _resume, ...config } = options;
        await beginRun(folder, { ...config, threads: backend.threads }, { command: commandLine, startedAt: new Date().toISOString(), ...describeMachine(), backend, seed, generator: { path: gan, step: loaded.details.step, id: generator }, data: { path: data, images: count, hash: dataHash }, resumed: [] });
        begun = true;
        terminal.print(`${count} images, ${drawnSteps} steps on drawn and ${steps} on real ones of ${batchSize}, in ${folder}`);
      });
    });
  } finally {
    if (!begun) await withdraw();
  }
}
