import { report } from '../app/notices.ts';
import { openEncoderFile } from '../encoder/openEncoderFile.ts';
import { addFiles } from './addFiles.ts';
import { badFiles } from './images.ts';
import type { IncomingFile } from './studioImage.ts';

/** Opens what was dropped or picked: checkpoints as encoders, everything else as images. */
export async function openFiles(files: readonly IncomingFile[]): Promise<void> {
  const isCheckpoint = ({ path }: IncomingFile): boolean => path.endsWith('.safetensors');
  const checkpoints = files.filter(isCheckpoint);
  const checkpoint = checkpoints.pop();
  badFiles.value = [...badFiles.value, ...checkpoints.map(({ path }) => ({ path, reason: `One encoder is open at a time: ${checkpoint?.path} is` }))];
  if (checkpoint) await openEncoderFile(checkpoint).catch(report); // images are opened in any case
  await addFiles(files.filter((file) => !isCheckpoint(file)));
}
