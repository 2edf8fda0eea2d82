import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '../run/checkpointFile.ts';
import { BANK, PROBE } from './probeFile.ts';

/**
 * What a classification run's model is known by: a hash of its encoder's tensors, of how images are made ready for it, and of its probe.
 * The same wherever the run lies; another for anything that could change a prediction.
 *
 * @returns 16 hexadecimal digits.
 * @throws {InputError} If the run has no encoder.
 */
export async function modelId(run: string): Promise<string> {
  const { tensors, details } = await readCheckpoint(run);
  const hash = createHash('sha256').update(JSON.stringify(['cxr-ifa-model-1', details?.encoder, details?.preprocessing]));
  for (const name of [...tensors.keys()].filter((key) => /^(encoder|statistics)_q\./.test(key)).sort()) {
    const { dtype, shape, data } = tensors.get(name) as { dtype: string; shape: readonly number[]; data: ArrayBufferView };
    hash.update(JSON.stringify([name, dtype, shape])).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const file of [PROBE, BANK]) {
    const bytes = await readFile(join(run, file)).catch(() => undefined); // only neighbours have a bank
    hash.update(JSON.stringify([file, bytes?.length ?? null])).update(bytes ?? '');
  }
  return hash.digest('hex').slice(0, 16);
}
