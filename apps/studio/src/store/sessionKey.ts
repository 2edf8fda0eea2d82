import { database } from './database.ts';

let key: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** The key that patients' ids of this session are replaced by pseudonyms with: drawn once, and gone with the session. */
export function sessionKey(): Promise<Uint8Array<ArrayBuffer>> {
  key ??= readOrDraw().catch((error: unknown) => {
    key = undefined; // to be tried again
    throw error;
  });
  return key; // once a page: two keys would make two patients of one
}

async function readOrDraw(): Promise<Uint8Array<ArrayBuffer>> {
  const transaction = (await database()).transaction('session', 'readwrite');
  const kept = (await transaction.store.get('key')) as Uint8Array<ArrayBuffer> | undefined;
  const drawn = kept ?? crypto.getRandomValues(new Uint8Array(32));
  if (!kept) await transaction.store.put(drawn, 'key');
  await transaction.done;
  return drawn;
}
