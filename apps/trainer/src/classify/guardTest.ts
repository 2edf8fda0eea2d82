import type { OpenedEncoder } from '../encode/openEncoder.ts';
import type { PreparedRecords } from '../encode/prepareRecords.ts';
import { readTrainedImages, type TrainedImages } from '../run/trainedImages.ts';
import type { Terminal } from '../terminal.ts';
import { findLeak, NO_LEAK, reportLeak, type Leak } from './findLeak.ts';

/**
 * Compares the test images with what an encoder was trained on, and says what was found, or ends there.
 *
 * @returns The leak, and what the encoder was trained on before, for the list of what is trained on it now.
 * @throws {InputError} If there is a leak, and `onLeak` is to fail.
 */
export async function guardTest(prepared: PreparedRecords, { random }: Pick<OpenedEncoder, 'random'>, options: { readonly init: string; readonly onLeak: 'fail' | 'warn' }, terminal: Terminal): Promise<{ leak: Leak | null; earlier: TrainedImages | undefined }> {
  const earlier = random ? undefined : await readTrainedImages(options.init);
  const leak = random ? NO_LEAK : findLeak(prepared, earlier);
  reportLeak(leak, options, terminal);
  return { leak, earlier };
}
