import { readFile, stat } from 'node:fs/promises';
import { readSafetensors, type Safetensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import type { CommandContext } from '../commands/command.ts';
import type { InspectCheckpointOptions } from '../options/inspectCheckpointOptions.ts';
import { formatBytes } from '../output/formatBytes.ts';
import { formatTable } from '../output/formatTable.ts';
import { latestCheckpoint } from '../run/checkpointFile.ts';
import { writeJson } from '../run/runDirectory.ts';

/**
 * Lists what a safetensors file holds: names, types, shapes, sizes, metadata; of any program's making.
 *
 * @throws {InputError} If it cannot be read.
 */
export async function inspectCheckpoint({ out }: InspectCheckpointOptions, { operands, terminal }: CommandContext): Promise<void> {
  const [given] = operands as [string];
  const isFolder = await stat(given).then((found) => found.isDirectory(), () => false);
  const path = isFolder ? await latestCheckpoint(given) : given;
  if (path === undefined) throw new InputError(`Cannot inspect ${given} as the folder is no run with a checkpoint`);
  const { tensors, metadata } = await read(path);
  const rows = [...tensors].map(([name, { dtype, shape, data }]) => ({ name, dtype, shape, bytes: bytesOf(dtype, data.length) }));
  const parts = new Map<string, { tensors: number; numbers: number; bytes: number }>();
  for (const [name, { dtype, data }] of tensors) {
    const part = name.includes('.') ? (name.split('.')[0] as string) : name;
    const { tensors: count, numbers, bytes } = parts.get(part) ?? { tensors: 0, numbers: 0, bytes: 0 };
    parts.set(part, { tensors: count + 1, numbers: numbers + data.length, bytes: bytes + bytesOf(dtype, data.length) });
  }

  terminal.print(path);
  for (const line of formatTable([['tensor', 'type', 'shape', 'size'], ...rows.map(({ name, dtype, shape, bytes }) => [name, dtype, `[${shape.join(', ')}]`, formatBytes(bytes)])])) terminal.print(line);
  terminal.print('');
  for (const line of formatTable([['part', 'tensors', 'numbers', 'size'], ...[...parts].map(([part, { tensors: count, numbers, bytes }]) => [part, String(count), String(numbers), formatBytes(bytes)])])) terminal.print(line);
  const facts = Object.entries(metadata).flatMap(([key, value]) => describeMetadata(key, value));
  if (facts.length > 0) {
    terminal.print('');
    for (const line of formatTable([['metadata', 'value'], ...facts], { align: 'left' })) terminal.print(line);
  }
  if (out !== undefined) await writeJson(out, { path, tensors: rows, metadata });
}

async function read(path: string): Promise<Safetensors> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new InputError(`Cannot inspect ${path} as the file cannot be opened: ${error.message}`, { cause: error });
  });
  try {
    return readSafetensors(bytes);
  } catch (error) {
    throw new InputError(`Cannot inspect ${path} as ${(error as Error).message.replace(/^Cannot .*? as /, '')}`, { cause: error });
  }
}

/** Nested JSON as dotted names; anything else as it is. */
function describeMetadata(key: string, value: string): [string, string][] {
  try {
    return flatten(key, JSON.parse(value));
  } catch {
    return [[key, value]];
  }
}

function flatten(name: string, value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(`${name}.${key}`, inner));
}

function bytesOf(dtype: StoredTensor['dtype'], count: number): number {
  return (count * (dtype === 'BOOL' ? 8 : Number(/\d+$/.exec(dtype)?.[0]))) / 8;
}
