import { database } from './database.ts';

/** The key that patients' ids of this session are replaced by pseudonyms with: drawn once, and gone with the session. */
export async function sessionKey(): Promise<Uint8Array<ArrayBuffer>> {
  const db = await database();
  const kept = (await db.get('session', 'key')) as Uint8Array<ArrayBuffer> | undefined;
  if (kept) return kept;
  const key = crypto.getRandomValues(new Uint8Array(32));
  await db.put('session', key, 'key');
  return key;
}
