import { createHash } from 'node:crypto';
import type { LoadedGenerator } from '../gan/loadGenerator.ts';

/**
 * What a generator is known by: a hash of its networks' sizes, its averaged tensors and its mean latent. The same wherever its run lies, another after more training.
 *
 * @returns 16 hexadecimal digits.
 */
export async function generatorId({ details, parameters, meanLatent }: LoadedGenerator): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(['cxr-ifa-generator-1', details.networks]));
  for (const [name, tensor] of [...[...parameters].sort(([a], [b]) => (a < b ? -1 : 1)), ['mean_latent', meanLatent] as const]) {
    const values = (await tensor.data()) as Float32Array;
    hash.update(JSON.stringify([name, tensor.shape])).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
