import type { StudioImage } from '../images/studioImage.ts';
import { database } from './database.ts';
import { askToPersist } from './persistence.ts';

/** Keeps an image in this browser, so that a reload finds it again. */
export async function keepImage(image: StudioImage, thumbnail: Blob): Promise<void> {
  const db = await database();
  try {
    await db.put('images', { ...image, thumbnail });
  } catch (error) {
    throw new Error(`Cannot keep ${image.path} in this browser: ${(error as Error).message}; it stays open until the page is closed`, { cause: error });
  }
  void askToPersist();
}
