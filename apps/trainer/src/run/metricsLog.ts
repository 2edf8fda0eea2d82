import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { atomicWrite } from './atomicWrite.ts';

/** A run's `metrics.jsonl`, open for appending. */
export interface MetricsLog {
  /** Appends one line; with one system call, so that a line is torn at worst by a crash of the machine. */
  append(metrics: Readonly<Record<string, number>>): void;
  /** Makes the lines durable: before a checkpoint, which must not be ahead of its log. */
  sync(): void;
  close(): void;
}

/** Opens a log for appending; makes it if need be. */
export function openMetricsLog(path: string): MetricsLog {
  const file = openSync(path, 'a');
  return {
    append: (metrics) => void writeSync(file, `${JSON.stringify(metrics)}\n`),
    sync: () => fsyncSync(file),
    close: () => closeSync(file),
  };
}

/**
 * Cuts a log after a step: the lines of later steps are of a future that a resumed run takes anew, and a torn last line is of no step at all.
 *
 * @param path The log; nothing happens if there is none.
 * @param step The last step to keep.
 */
export async function cutMetricsLog(path: string, step: number): Promise<void> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (content === undefined) return;
  const lines = content.split('\n').slice(0, -1); // what follows the last newline was torn off
  const kept = lines.filter((line) => {
    try {
      return (JSON.parse(line) as { step: number }).step <= step;
    } catch {
      return false;
    }
  });
  const cut = kept.map((line) => `${line}\n`).join('');
  if (cut !== content) await atomicWrite(path, cut);
}
