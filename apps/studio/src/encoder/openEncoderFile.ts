import { builtInEncoder, computer, encoderCard, preprocessing } from '../compute/computer.ts';
import { enqueueEmbedding, resetEmbedding } from '../compute/embedding.ts';
import { samePreparation } from '../decode/preprocessing.ts';
import { prepareAll } from '../decode/prepareAll.ts';
import { images } from '../images/images.ts';
import { database, type StoredEncoder } from '../store/database.ts';

/** Opens a checkpoint of ours in the place of the open encoder, and embeds all images anew. */
export async function openEncoderFile({ path, file }: { readonly path: string; readonly file: Blob }): Promise<void> {
  await useEncoder({ name: path, bytes: new Uint8Array(await file.arrayBuffer()) });
}

/** Goes back to the encoder that comes with the studio. */
export async function useBuiltInEncoder(): Promise<void> {
  const encoder = await builtInEncoder();
  await useEncoder(encoder);
  await (await database()).delete('session', 'encoder');
}

/** Makes an encoder the open one. @throws {InputError} If it is none of ours; the one before stays then. */
export async function useEncoder(encoder: StoredEncoder): Promise<void> {
  const before = preprocessing.value;
  const card = await computer.openEncoder(encoder.bytes, encoder.name);
  encoderCard.value = card;
  await (await database()).put('session', encoder, 'encoder');
  resetEmbedding();
  if (samePreparation(before, card.preprocessing)) return enqueueEmbedding(images.value.map(({ id }) => ({ id })));
  await prepareAll(images.value, card.preprocessing, (image) => enqueueEmbedding([image]));
}
