import { requireTrainingBackend, selectBackend, type SelectedBackend } from '../backend/selectBackend.ts';
import { requireEncoder } from '../encode/requireEncoder.ts';
import type { GanTrainOptions } from '../options/ganTrainOptions.ts';
import type { Terminal } from '../terminal.ts';
import { openGanImages, type GanImages } from './openGanImages.ts';

/**
 * Selects the backend, makes sure of the monitor's encoder, prepares the images of training and monitor, and gives them to `work`.
 *
 * @throws {InputError} If the backend or the encoder cannot be used.
 * @throws {UsageError} If too few are held out.
 */
export async function withGanImages(options: GanTrainOptions & { readonly data: string }, folder: string, { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal }, work: (images: GanImages, backend: SelectedBackend) => Promise<void>): Promise<void> {
  const backend = await selectBackend(options.backend, options);
  requireTrainingBackend(backend);
  terminal.print(`Backend ${backend.name}: ${backend.reason}`);
  await requireEncoder(options.monitorEncoder);
  await work(await openGanImages(options, folder, { terminal, signal }), backend);
}
