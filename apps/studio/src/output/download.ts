/** Long enough for a browser to have begun to write. */
const FORGET_AFTER = 60_000;

/** Gives a file to the person, by way of the browser's downloads. */
export function download(name: string, content: Uint8Array | string, type = 'application/octet-stream'): void {
  const address = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), FORGET_AFTER);
}
