import { forgetEmbedding } from '../compute/embedding.ts';
import { forgetLabels } from '../learn/labels.ts';
import { database } from '../store/database.ts';
import { releaseFile } from './addFiles.ts';
import { imageById, images, selectBy, selectedId } from './images.ts';

/** Closes an image: what was kept and made of it goes, its labels too. The file that it came from stays where it is. */
export async function closeImage(id: string): Promise<void> {
  const image = imageById.value.get(id);
  if (!image) return;
  await (await database()).delete('images', id); // first: what cannot be deleted stays open
  if (selectedId.value === id) selectBy(images.value.at(-1) === image ? -1 : 1);
  images.value = images.value.filter((other) => other !== image);
  if (images.value.length === 0) selectedId.value = undefined;
  releaseFile(id);
  forgetLabels(id);
  await forgetEmbedding(id);
  URL.revokeObjectURL(image.thumbnail);
}
