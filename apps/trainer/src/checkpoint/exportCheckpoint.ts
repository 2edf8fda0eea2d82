import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeTrainingCheckpoint, type StoredTensor } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import type { ExportCheckpointOptions } from '../options/exportCheckpointOptions.ts';
import { formatBytes } from '../output/formatBytes.ts';
import { atomicWrite } from '../run/atomicWrite.ts';
import { readCheckpoint } from '../run/checkpointFile.ts';
import { UsageError } from '../usageError.ts';

/** What an encoder is made of: the query's weights, and its batch-norm statistics. */
const PREFIXES = ['encoder_q.', 'statistics_q.'] as const;
const LARGEST_HALF = 65_504;

/**
 * Writes the query encoder of a checkpoint alone, without what training goes on from: a tenth of the size, or a twentieth.
 *
 * @throws {InputError} If it cannot be read, holds no encoder of ours, or a weight is too large for half precision.
 */
export async function exportCheckpoint({ out, precision, names }: ExportCheckpointOptions, { operands, terminal }: CommandContext): Promise<void> {
  const [path, ...more] = operands;
  if (path === undefined || more.length > 0) throw new UsageError(`Cannot export other than one checkpoint: current number is ${operands.length}`);
  const { tensors, details, path: file } = await readCheckpoint(path);
  if (!details) throw new InputError(`Cannot export ${file} as it does not say which encoder it holds: it was not written by cxr-ifa`);
  const encoder = [...tensors].flatMap(([name, tensor]): [string, StoredTensor][] => {
    const prefix = PREFIXES.find((start) => name.startsWith(start));
    if (prefix === undefined) return [];
    return [[names === 'torchvision' ? name.slice(prefix.length) : name, precision === 'float16' ? halved(name, tensor) : tensor]];
  });
  const bytes = writeTrainingCheckpoint(new Map(encoder), details);
  await mkdir(dirname(out), { recursive: true });
  await atomicWrite(out, bytes);
  terminal.print(`${encoder.length} tensors of ${details.encoder.architecture}, width ${details.encoder.width}, after ${details.step} steps: ${formatBytes(bytes.length)} in ${out}`);
}

/** Weights at half precision; biases and batch-norm are small, and sensitive. */
function halved(name: string, tensor: StoredTensor): StoredTensor {
  if (tensor.shape.length < 2 || !(tensor.data instanceof Float32Array)) return tensor;
  const largest = tensor.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest <= LARGEST_HALF)) throw new InputError(`Cannot export ${name} at half precision as its values must be at most ${LARGEST_HALF}: current largest is ${largest}; use --precision float32`);
  return { ...tensor, dtype: 'F16' };
}
