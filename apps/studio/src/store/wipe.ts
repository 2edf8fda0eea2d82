import { stopComputing } from '../compute/computer.ts';
import { wipeDatabase } from './database.ts';

/** Deletes all that the studio keeps in this browser, and begins anew: images, labels, encoder, run. */
export async function wipe(): Promise<void> {
  stopComputing(); // or a run that is trained would be kept again
  await wipeDatabase();
  location.hash = '';
  location.reload(); // the other workers and their memory go with the page
}
