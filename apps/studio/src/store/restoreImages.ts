import { started } from '../compute/computer.ts';
import { enqueueFiles } from '../compute/embedding.ts';
import { imageById, images, selectedId } from '../images/images.ts';
import { claimFile } from '../images/addFiles.ts';
import { database } from './database.ts';

/** Opens again the images that this browser kept, in their order. @returns What is left to do, and may take long: to embed them. */
export async function restoreImages(): Promise<() => Promise<void>> {
  const kept = (await (await database()).getAll('images')).sort((a, b) => a.order - b.order);
  images.value = kept.map(({ thumbnail, ...image }) => ({ ...image, thumbnail: URL.createObjectURL(thumbnail) }));
  selectedId.value = kept[0]?.id;
  for (const { id } of kept) claimFile(id);
  return async () => {
    await started.catch(() => undefined); // which preparation is wanted is known then
    await enqueueFiles(kept.filter(({ id }) => imageById.value.has(id))); // others were closed meanwhile
  };
}
