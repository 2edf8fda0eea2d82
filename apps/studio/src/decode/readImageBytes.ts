import { detectFormat, type FileFormat } from '@cxr-ifa/datasets';
import { InputError } from '@cxr-ifa/tensor';

/** The most pixels that are decoded: 6000 x 6000, beyond any radiograph. Several images are decoded at a time, at 4 bytes a pixel. */
export const MAXIMUM_PIXELS = 36_000_000;
/** The most bytes that are read: an uncompressed image of that size, in colours of 16 bits, fits. */
const MAXIMUM_BYTES = 2 ** 28;
/** A file's kind shows in so many bytes. */
const HEAD = 132;
const IMAGES: readonly FileFormat[] = ['PNG', 'JPEG', 'DICOM'];

/**
 * Reads a file whole if it is an image of a kind that can be decoded; of any other only the beginning, which is enough for {@link decodeImage} to say what it is.
 *
 * @throws {InputError} If it is too large.
 */
export async function readImageBytes(file: Blob): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly format: FileFormat }> {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const format = detectFormat(head);
  if (!IMAGES.includes(format)) return { bytes: head, format };
  if (file.size > MAXIMUM_BYTES) throw new InputError(`Cannot open the ${format} as it must have at most ${MAXIMUM_BYTES} bytes: current size is ${file.size}`);
  return { bytes: new Uint8Array(await file.arrayBuffer()), format };
}
