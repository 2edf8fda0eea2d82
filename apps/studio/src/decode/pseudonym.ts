const LENGTH = 10;

/** What a patient's id is replaced by: equal ids of one session get equal pseudonyms, and without the session's key nobody can try out all ids. */
export async function pseudonymOf(patient: string, key: Uint8Array<ArrayBuffer>): Promise<string> {
  const hmac = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return hexOf(await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(patient)), LENGTH);
}

/** The first digits of a digest. */
export function hexOf(digest: ArrayBuffer, length: number): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('').slice(0, length);
}
