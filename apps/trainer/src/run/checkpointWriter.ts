import { tensorsToStored, type StoredTensor, type CheckpointDetails } from '@cxr-ifa/checkpoint';
import type { Tensor } from '@tensorflow/tfjs-core';
import { stageCheckpoint, type StagedCheckpoint } from './checkpointFile.ts';

/** Writes a run's checkpoints so that a broken one never becomes the latest. */
export interface CheckpointWriter {
  /** Writes a checkpoint, which counts once a step was taken from it: until then nobody knows whether one can be. Returns the names of tensors that are not finite; nothing is written then. */
  stage(tensors: ReadonlyMap<string, Tensor>, details: CheckpointDetails): Promise<readonly string[]>;
  /** Lets the staged checkpoint count: its next step was good, or there is none. */
  commit(): Promise<void>;
  /** Takes the staged checkpoint away: its next step was not good. */
  discard(): Promise<void>;
}

/**
 * @param folder The run's `checkpoints` folder.
 * @param keep How many checkpoints to keep.
 */
export function createCheckpointWriter(folder: string, keep: number): CheckpointWriter {
  let staged: StagedCheckpoint | undefined;
  const end = async (how: 'commit' | 'discard'): Promise<void> => {
    const ending = staged;
    staged = undefined;
    await ending?.[how]();
  };
  return {
    async stage(tensors, details) {
      await end('commit');
      const stored = await tensorsToStored(tensors);
      const broken = [...stored].filter(([, tensor]) => !isFinite(tensor)).map(([name]) => name);
      if (broken.length === 0) staged = await stageCheckpoint(folder, stored, details, keep);
      return broken;
    },
    commit: () => end('commit'),
    discard: () => end('discard'),
  };
}

function isFinite({ data }: StoredTensor): boolean {
  return (data as Float32Array).every(Number.isFinite);
}
