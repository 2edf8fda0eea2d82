import { openEncoderFile } from '../encoder/openEncoderFile.ts';
import { addFiles } from './addFiles.ts';
import type { CollectedFiles } from './collectFiles.ts';
import { badFiles } from './images.ts';
import type { IncomingFile } from './studioImage.ts';

/** Opens what was dropped or picked: the last checkpoint as the encoder, everything else as images. Whatever cannot be opened is listed, and keeps nothing else from it. */
export async function openFiles({ files, bad }: CollectedFiles): Promise<void> {
  const isCheckpoint = ({ path }: IncomingFile): boolean => /\.safetensors$/i.test(path);
  const checkpoints = files.filter(isCheckpoint);
  const checkpoint = checkpoints.pop();
  badFiles.value = [...badFiles.value, ...bad, ...checkpoints.map(({ path }) => ({ path, reason: `Cannot open more than one encoder: ${checkpoint?.path} was taken` }))];
  await Promise.all([checkpoint && openCheckpoint(checkpoint), addFiles(files.filter((file) => !isCheckpoint(file)))]);
}

async function openCheckpoint(checkpoint: IncomingFile): Promise<void> {
  try {
    await openEncoderFile(checkpoint);
  } catch (error) {
    badFiles.value = [...badFiles.value, { path: checkpoint.path, reason: (error as Error).message }];
  }
}
