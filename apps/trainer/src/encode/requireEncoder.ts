import { disposeTensors } from '@cxr-ifa/tensor';
import { loadEncoder } from '../run/loadEncoder.ts';

/**
 * Makes sure that an encoder can be opened, before long work that needs it at its end.
 *
 * @param init A run, a checkpoint, or random, which always can.
 * @throws {InputError} If it cannot be read.
 */
export async function requireEncoder(init: string): Promise<void> {
  if (init === 'random') return;
  const { parameters, statistics } = await loadEncoder(init);
  disposeTensors(parameters, statistics);
}
