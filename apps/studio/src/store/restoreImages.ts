import { started } from '../compute/computer.ts';
import { enqueueFiles } from '../compute/embedding.ts';
import { images, selectedId } from '../images/images.ts';
import { claimFile } from '../images/addFiles.ts';
import { database } from './database.ts';

/** Opens again the images that this browser kept, in their order. */
export async function restoreImages(): Promise<void> {
  const kept = (await (await database()).getAll('images')).sort((a, b) => a.order - b.order);
  if (kept.length === 0) return;
  images.value = [...kept.map(({ thumbnail, ...image }) => ({ ...image, thumbnail: URL.createObjectURL(thumbnail) })), ...images.value];
  selectedId.value ??= kept[0]?.id;
  for (const { id } of kept) claimFile(id);
  await started.catch(() => undefined); // which preparation is wanted is known then
  await enqueueFiles(kept);
}
