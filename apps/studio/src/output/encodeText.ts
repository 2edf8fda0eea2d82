const encoder = new TextEncoder();

/** Text as the bytes of a file, in UTF-8. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}
