import { report } from '../app/notices.ts';
import { builtInEncoder, computer, encoderCard, started } from '../compute/computer.ts';
import { embedAnew } from '../compute/embedding.ts';
import { database, type StoredEncoder } from '../store/database.ts';

/** A ResNet-101 with all that training goes on from is smaller. */
const MAXIMUM_BYTES = 2 ** 30;

/** Opens a checkpoint of ours in the place of the open encoder, and embeds all images anew. */
export async function openEncoderFile({ path, file }: { readonly path: string; readonly file: Blob }): Promise<void> {
  if (file.size > MAXIMUM_BYTES) throw new Error(`Cannot open ${path} as an encoder's checkpoint must have at most ${MAXIMUM_BYTES} bytes: current size is ${file.size}`);
  await useEncoder({ name: path, bytes: new Uint8Array(await file.arrayBuffer()) });
}

/** Goes back to the encoder that comes with the studio. */
export async function useBuiltInEncoder(): Promise<void> {
  await change(await builtInEncoder());
  await (await database()).delete('session', 'encoder'); // it comes with the studio, and is never kept
}

/** Makes an encoder the open one, and keeps it. @throws {InputError} If it is none of ours; the one before stays then. */
export async function useEncoder(encoder: StoredEncoder): Promise<void> {
  await change(encoder);
  await (await database()).put('session', encoder, 'encoder');
}

/** One change after another, and after the start: whichever was asked for last is the open one. */
let last: Promise<void> = started.catch(() => undefined);

function change({ bytes, name }: StoredEncoder): Promise<void> {
  const changed = last.then(async () => {
    encoderCard.value = await computer.openEncoder(bytes, name);
    embedAnew().catch(report); // goes on by itself, for minutes
  });
  last = changed.catch(() => undefined);
  return changed;
}
