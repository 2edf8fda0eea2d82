import { createHash } from 'node:crypto';
import type { OpenedEncoder } from '../encode/openEncoder.ts';

/**
 * What a fine-tuning is known by: a hash of the encoder it begins with and of everything else that decides its result.
 *
 * @param deciding Options, images, labels and the state of the generator; nothing that changes speed alone.
 */
export async function fineTuneKey({ parameters, statistics, table, preprocessing }: OpenedEncoder, deciding: object): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([table, preprocessing, deciding], (_, value: unknown) => (ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value)));
  for (const [name, tensor] of [...parameters, ...statistics]) hash.update(name).update(new Uint8Array((await tensor.data()).slice().buffer));
  return hash.digest('hex');
}
