import { wipeDatabase } from './database.ts';

/** Deletes all that the studio keeps in this browser, and begins anew: images, labels, encoder, run. */
export async function wipe(): Promise<void> {
  await wipeDatabase();
  location.hash = '';
  location.reload(); // workers and their memory go with the page
}
