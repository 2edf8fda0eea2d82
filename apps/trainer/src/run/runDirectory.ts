import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '@cxr-ifa/tensor';
import { UsageError } from '../usageError.ts';
import { atomicWrite, PARTIAL, syncFolder } from './atomicWrite.ts';

/** The folder of prepared images in a run, where no other was asked for. */
export const CACHE_FOLDER = 'cache';

/** The file in a run that says what it was trained on; written before the run begins. */
export const TRAINED_IMAGES = 'trained-images.json';

/** The file in a run that says on which images the encoder is scored while it trains, where it is; written before the run begins. */
export const PROBE_IMAGES = 'probe-images.json';

/** The folder in a run of a fine-tuning that is not at its end. */
export const FINE_TUNING = 'fine-tuning';

/** What a process that was killed before its run began may have left. */
const BEFORE_A_RUN: readonly string[] = [TRAINED_IMAGES, PROBE_IMAGES];

/**
 * Makes sure that a folder is new or empty: a run never mixes with what is there.
 * What a process left that was killed before its run began does not count: prepared images, the list of them, a fine-tuning that can be gone on with, and files that
 * were not complete yet.
 *
 * @param path The folder; not made here.
 * @returns Takes back what was prepared for a run that could not begin after all; whatever was there before stays, and so does a fine-tuning.
 * @throws {UsageError} If the folder holds anything else, or is a file.
 */
export async function claimFolder(path: string): Promise<() => Promise<void>> {
  const names: string[] = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`Cannot write to ${path} as it must be a folder: ${error.message}`, { cause: error });
  });
  if (names.some((name) => name !== CACHE_FOLDER && name !== FINE_TUNING && !BEFORE_A_RUN.includes(name) && !name.endsWith(PARTIAL))) {
    throw new UsageError(`Cannot write to ${path} as the folder must be empty: choose another --out, or go on with a run by --resume`);
  }
  const missing: string[] = []; // from the inside out
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  return async () => {
    for (const name of BEFORE_A_RUN) if (!names.includes(name)) await rm(join(path, name), { force: true });
    if (!names.includes(CACHE_FOLDER)) await rm(join(path, CACHE_FOLDER), { recursive: true, force: true });
    for (const folder of missing) await rmdir(folder).catch(() => undefined); // not made, or not empty
  };
}

/**
 * Begins a run: its folder with `run-card.json` and, last, `config.json`, which is what makes the folder a run.
 *
 * @param path The folder; made if need be.
 * @param config The resolved options.
 * @param card Where the run comes from: versions, backend, hardware, data.
 */
export async function beginRun(path: string, config: object, card: object): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeJson(join(path, 'run-card.json'), card);
  await writeJson(join(path, 'config.json'), config);
  await syncFolder(path);
}

/** Writes a value as indented JSON, atomically. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await atomicWrite(path, `${JSON.stringify(value, null, 2)}\n`);
}

/**
 * Reads one of a run's JSON files.
 *
 * @throws {InputError} If the folder is no run, or the file is no JSON object.
 */
export async function readRunFile(run: string, name: 'config.json' | 'run-card.json'): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(run, name), 'utf8'));
  } catch (error) {
    throw new InputError(`Cannot read the run ${run} as it has no readable ${name}: is it the folder that --out named, and did the run begin?`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new InputError(`Cannot read the run ${run} as its ${name} must be an object`);
  return value as Record<string, unknown>;
}
