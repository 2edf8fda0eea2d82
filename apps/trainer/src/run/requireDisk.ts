import { readdir, stat, statfs } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { formatBytes } from '../output/formatBytes.ts';
import { UsageError } from '../usageError.ts';

/** Names, shapes and details of a checkpoint beside its numbers. */
const HEADER_BYTES = 100_000;

/** What a run's checkpoints take on disk, in bytes. */
export interface CheckpointSpace {
  readonly each: number;
  /** All that are kept, and the one that is being written. */
  readonly total: number;
}

/** What checkpoints of these tensors will take. */
export function checkpointSpace(tensors: ReadonlyMap<string, Tensor>, keep: number): CheckpointSpace {
  const each = [...tensors.values()].reduce((bytes, { size }) => bytes + 4 * size, HEADER_BYTES);
  return { each, total: each * (keep + 1) };
}

/**
 * Refuses checkpoints for which the disk lacks the room; those of the run that are there already count as room.
 *
 * @param run The run's folder; need not exist yet.
 * @throws {UsageError} If it does.
 */
export async function requireDisk({ each, total }: CheckpointSpace, run: string, keep: number): Promise<void> {
  const { bavail, bsize } = await statfs(existingFolder(run));
  const room = bavail * bsize + (await sizeOf(join(run, 'checkpoints')));
  if (total <= room) return;
  const fitting = Math.floor(room / each) - 1;
  const advice = fitting >= 1 ? `choose --keep-checkpoints ${fitting} or less, or another --out` : 'make room, or choose another --out';
  throw new UsageError(`Cannot pretrain as ${keep} checkpoints of ${formatBytes(each)} and one that is being written need ${formatBytes(total)}, and the disk of ${run} has room for ${formatBytes(room)}: ${advice}`);
}

function existingFolder(path: string): string {
  let folder = resolve(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
