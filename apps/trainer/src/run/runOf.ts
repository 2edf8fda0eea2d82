import { basename, dirname } from 'node:path';

/** The run's folder of a run or of one of its checkpoints. */
export function runOf(path: string): string {
  const above = dirname(path);
  return basename(above) === 'checkpoints' ? dirname(above) : path;
}
