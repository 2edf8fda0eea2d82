import { forgetEmbedding } from '../compute/embedding.ts';
import { forgetLabels } from '../learn/labels.ts';
import { database } from '../store/database.ts';
import { releaseFile } from './addFiles.ts';
import { imageById, images, selectBy, selectedId } from './images.ts';
import type { StudioImage } from './studioImage.ts';

/** Closes an image: what was kept of it goes, its features and labels too. The file that it came from stays where it is, and a kept run of pre-training its small copy. */
export async function closeImage(id: string): Promise<void> {
  const image = imageById.value.get(id);
  if (!image) return;
  if (selectedId.value === id) selectBy(images.value.at(-1) === image ? -1 : 1);
  images.value = images.value.filter((other) => other !== image);
  if (images.value.length === 0) selectedId.value = undefined;
  releaseFile(id);
  forgetLabels(id);
  URL.revokeObjectURL(image.thumbnail);
  await Promise.all([forget(image), forgetEmbedding(id)]);
}

async function forget({ id, path }: StudioImage): Promise<void> {
  try {
    await (await database()).delete('images', id);
  } catch (error) {
    throw new Error(`Cannot take ${path} out of this browser: ${(error as Error).message}; it will be there again when the page is loaded anew`, { cause: error });
  }
}
