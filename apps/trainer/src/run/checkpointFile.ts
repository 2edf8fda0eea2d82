import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parametersToPyTorch, readTrainingCheckpoint, tensorsToStored, writeSafetensors, writeTrainingCheckpoint, type CheckpointDetails, type StoredTensor, type TrainingCheckpoint } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import type { Tensor } from '@tensorflow/tfjs-core';
import { atomicWrite, PARTIAL, writePartial } from './atomicWrite.ts';

/** A checkpoint in memory, and where it was read from. */
export interface Checkpoint extends TrainingCheckpoint {
  readonly path: string;
}

/** The file with the name of a run's last checkpoint. */
const LATEST = 'latest';
const NAME = /^step-(\d{8,})\.safetensors$/;

/** A checkpoint that is written but does not count yet. */
export interface StagedCheckpoint {
  readonly step: number;
  /** Makes it the run's latest; then the oldest ones go. */
  commit(): Promise<void>;
  /** Takes it away. */
  discard(): Promise<void>;
}

/**
 * Writes a checkpoint of a run, whole and synced, under a name that does not count: nothing of what was there before is touched.
 *
 * @param folder The run's `checkpoints` folder; made if need be.
 * @param stored Tensors by snapshot name, in our layout.
 * @param details The rest of the state.
 * @param keep How many checkpoints to keep once it counts, this one included.
 */
export function stageCheckpoint(folder: string, stored: ReadonlyMap<string, StoredTensor>, details: CheckpointDetails, keep: number): Promise<StagedCheckpoint> {
  return stageStepFile(folder, writeTrainingCheckpoint(stored, details), details.step, keep);
}

/** The same for any run whose state is tensors and JSON. */
async function stageStepFile(folder: string, bytes: Uint8Array, step: number, keep: number): Promise<StagedCheckpoint> {
  await mkdir(folder, { recursive: true });
  const name = `step-${String(step).padStart(8, '0')}.safetensors`;
  const staged = await writePartial(join(folder, name), bytes);
  const commit = async (): Promise<void> => {
    await staged.commit();
    await atomicWrite(join(folder, LATEST), `${name}\n`);
    const names = await readdir(folder);
    const older = names.filter((other) => NAME.test(other)).sort(byStep).slice(0, -keep);
    const abandoned = names.filter((other) => other.endsWith(PARTIAL)); // by a process that was killed while it wrote
    await Promise.all([...older, ...abandoned].map((other) => rm(join(folder, other), { force: true })));
  };
  return { step, commit, discard: staged.discard };
}

/** Writes a checkpoint of tensors, which are borrowed, and makes it the latest at once. */
export async function saveCheckpoint(folder: string, tensors: ReadonlyMap<string, Tensor>, details: CheckpointDetails, keep: number): Promise<void> {
  await (await stageCheckpoint(folder, await tensorsToStored(tensors), details, keep)).commit();
}

/** The same for any run whose state is tensors and JSON; `format` says whose. */
export async function saveStepFile<Details extends { readonly format: string; readonly step: number }>(folder: string, tensors: ReadonlyMap<string, Tensor>, details: Details, keep: number): Promise<void> {
  const bytes = writeSafetensors(parametersToPyTorch(await tensorsToStored(tensors)), { 'cxr-ifa': JSON.stringify(details), format: 'pt' });
  await (await stageStepFile(folder, bytes, details.step, keep)).commit();
}

/**
 * Reads a checkpoint: a safetensors file, or a run's folder, whose latest one is meant.
 *
 * @param path The file or the run.
 * @throws {InputError} If there is none, or it cannot be read.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new InputError(`Cannot read the checkpoint ${path} as ${reason}`, { cause });
  };
  const kind = await stat(path).catch(() => refuse('there is no such file or folder'));
  const file = kind.isDirectory() ? ((await latestCheckpoint(path)) ?? refuse('the folder is no run with a checkpoint')) : path;
  const bytes = await readFile(file).catch((error: Error) => refuse(`the file cannot be opened: ${error.message}`, error));
  try {
    return { path: file, ...readTrainingCheckpoint(bytes) };
  } catch (error) {
    return refuse((error as Error).message.replace(/^Cannot .*? as /, ''), error);
  }
}

/** The path of a run's last checkpoint, or `undefined` if it has none yet. */
export async function latestCheckpoint(run: string): Promise<string | undefined> {
  const folder = join(run, 'checkpoints');
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name)).sort(byStep);
  const latest = (await readFile(join(folder, LATEST), 'utf8').catch(() => '')).trim();
  // Between a checkpoint's rename and that of `latest` the newer file is as whole as the older
  const name = names.includes(latest) ? latest : names.at(-1);
  return name && join(folder, name);
}

function byStep(a: string, b: string): number {
  return Number(NAME.exec(a)?.[1]) - Number(NAME.exec(b)?.[1]);
}
