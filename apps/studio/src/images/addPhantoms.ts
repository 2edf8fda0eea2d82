import { proxy } from 'comlink';
import { withDecoder } from '../decode/decoderPool.ts';
import type { PhantomFile, PhantomOptions } from '../decode/makePhantoms.ts';
import { addFiles } from './addFiles.ts';

export const PHANTOMS: PhantomOptions = { seed: 1, count: 100, size: 128 };

/** Computes chest phantoms and opens them as they come. */
export async function addPhantoms(options: PhantomOptions = PHANTOMS): Promise<void> {
  const added: Promise<void>[] = [];
  const take = async ({ name, file, patient, findings }: PhantomFile): Promise<void> => {
    added.push(addFiles([{ path: name, file, patient, truth: findings }]));
  };
  await withDecoder((decoder) => decoder.phantoms(options, proxy(take)));
  await Promise.all(added);
}
