import { join } from 'node:path';
import { createRng } from '@cxr-ifa/tensor';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import { saveCheckpoint } from '../run/checkpointFile.ts';

/** Keeps the encoder in a run, so that the run predicts by itself wherever it is moved, and whatever becomes of the run that it came from. */
export async function saveEncoder(run: string, { parameters, statistics, table, preprocessing, step }: OpenedEncoder, seed: number): Promise<void> {
  const tensors = new Map<string, Tensor>([
    ...[...parameters].map(([name, tensor]) => [`encoder_q.${name}`, tensor] as const),
    ...[...statistics].map(([name, tensor]) => [`statistics_q.${name}`, tensor] as const),
  ]);
  const { key, counter } = createRng(seed).state();
  const details = { step, epoch: 0, queuePointer: 0, optimizerStep: 0, randomState: { key: [...key] as [number, number], counter }, sampler: { epoch: 0, position: 0, images: 0 }, encoder: table, preprocessing };
  await saveCheckpoint(join(run, 'checkpoints'), tensors, details, 1);
}
