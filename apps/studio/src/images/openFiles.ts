import { openEncoderFile } from '../encoder/openEncoderFile.ts';
import { addFiles } from './addFiles.ts';
import type { IncomingFile } from './studioImage.ts';

/** Opens what was dropped or picked: checkpoints as encoders, everything else as images. */
export async function openFiles(files: readonly IncomingFile[]): Promise<void> {
  const isCheckpoint = ({ path }: IncomingFile): boolean => path.endsWith('.safetensors');
  const checkpoint = files.filter(isCheckpoint).at(-1);
  if (checkpoint) await openEncoderFile(checkpoint);
  await addFiles(files.filter((file) => !isCheckpoint(file)));
}
