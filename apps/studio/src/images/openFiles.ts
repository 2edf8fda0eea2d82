import { openEncoderFile } from '../encoder/openEncoderFile.ts';
import { openLabels } from '../learn/openLabels.ts';
import { addFiles } from './addFiles.ts';
import type { CollectedFiles } from './collectFiles.ts';
import { badFiles } from './images.ts';
import type { IncomingFile } from './studioImage.ts';

const CHECKPOINT = /\.safetensors$/i;
const TABLE = /\.[ct]sv$/i;
const byName = new Intl.Collator('en', { numeric: true });

/** Opens what was dropped or picked: the last checkpoint as the encoder, tables as labels once the images are there, everything else as images. Whatever cannot be opened is listed, and keeps nothing else from it. */
export async function openFiles({ files, bad }: CollectedFiles): Promise<void> {
  const sorted = [...files].sort((a, b) => byName.compare(a.path, b.path)); // folders are read in any order
  const isA = (extension: RegExp) => ({ path }: IncomingFile): boolean => extension.test(path);
  const [checkpoints, tables] = [sorted.filter(isA(CHECKPOINT)), sorted.filter(isA(TABLE))];
  const checkpoint = checkpoints.pop();
  badFiles.value = [...badFiles.value, ...bad, ...checkpoints.map(({ path }) => ({ path, reason: `Cannot open more than one encoder: ${checkpoint?.path} was taken` }))];
  await Promise.all([checkpoint && tryTo(openEncoderFile, checkpoint), addFiles(sorted.filter((file) => !isA(CHECKPOINT)(file) && !isA(TABLE)(file)))]);
  for (const table of tables) await tryTo(openLabels, table);
}

async function tryTo(open: (file: IncomingFile) => Promise<void>, file: IncomingFile): Promise<void> {
  try {
    await open(file);
  } catch (error) {
    badFiles.value = [...badFiles.value, { path: file.path, reason: (error as Error).message }];
  }
}
