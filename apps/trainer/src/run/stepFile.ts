import { readFile, stat } from 'node:fs/promises';
import { parametersFromPyTorch, readSafetensors, type StoredTensor } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import type { z } from 'zod';
import { latestCheckpoint } from './checkpointFile.ts';

/** A step's file in memory. */
export interface StepFile<Details> {
  readonly path: string;
  /** In our layout. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly details: Details;
}

/**
 * Reads what `saveStepFile` wrote: a file, or a run's folder, whose latest one is meant.
 *
 * @param path The file or the run.
 * @param schema What its details must be.
 * @param kind What it is of, for the message, such as `cxr-ifa gan train`.
 * @returns `undefined` for a run's folder without one.
 * @throws {InputError} If it cannot be read or is of another kind.
 */
export async function readStepFile<Schema extends z.ZodType>(path: string, schema: Schema, kind: string): Promise<StepFile<z.output<Schema>> | undefined> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InputError(`Cannot read the checkpoint ${path} as ${reason}`, { cause });
  };
  const found = await stat(path).catch(() => refuse('there is no such file or folder'));
  const file = found.isDirectory() ? await latestCheckpoint(path) : path;
  if (file === undefined) return undefined;
  try {
    const { tensors, metadata } = readSafetensors(await readFile(file));
    const details = schema.safeParse(JSON.parse(metadata['cxr-ifa'] ?? 'null'));
    if (!details.success) return refuse(`it was not written by ${kind} of this version`);
    return { path: file, tensors: parametersFromPyTorch(tensors), details: details.data };
  } catch (error) {
    if (error instanceof InputError && error.message.startsWith('Cannot read the checkpoint')) throw error;
    return refuse((error as Error).message.replace(/^Cannot .*? as /, ''), error);
  }
}
