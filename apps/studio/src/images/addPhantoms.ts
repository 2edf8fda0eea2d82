import { proxy } from 'comlink';
import { DECODERS, withDecoder } from '../decode/decoderPool.ts';
import type { PhantomFile, PhantomOptions } from '../decode/makePhantoms.ts';
import { addFiles } from './addFiles.ts';

export const PHANTOMS: PhantomOptions = { seed: 1, count: 100, size: 128 };

/** Computes chest phantoms and opens them as they come. */
export async function addPhantoms(options: PhantomOptions = PHANTOMS): Promise<void> {
  const adding = new Set<Promise<void>>();
  const take = async ({ name, file, patient, findings }: PhantomFile): Promise<void> => {
    if (adding.size >= DECODERS) await Promise.race(adding); // the next one is not made before there is room for it
    const added = addFiles([{ path: name, file, patient, truth: findings }]).finally(() => adding.delete(added));
    adding.add(added);
  };
  await withDecoder((decoder) => decoder.phantoms(options, proxy(take)));
  await Promise.all(adding);
}
