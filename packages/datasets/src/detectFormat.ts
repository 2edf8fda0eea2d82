import { startOfDataSet } from './dicom/startOfDataSet.ts';

/** The kinds of file that are known by their first bytes, so that an unsupported one can be named. */
export type FileFormat = 'PNG' | 'JPEG' | 'DICOM' | 'JPEG 2000' | 'JPEG-LS' | 'JPEG XL' | 'GIF' | 'BMP' | 'TIFF' | 'WebP' | 'gzip' | 'zip' | 'PDF' | 'empty' | 'unknown';

const SIGNATURES: readonly (readonly [FileFormat, offset: number, signature: readonly number[]])[] = [
  ['PNG', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['JPEG-LS', 0, [0xff, 0xd8, 0xff, 0xf7]],
  ['JPEG', 0, [0xff, 0xd8, 0xff]],
  ['DICOM', 128, ascii('DICM')],
  ['JPEG 2000', 0, [0x00, 0x00, 0x00, 0x0c, ...ascii('jP  ')]],
  ['JPEG 2000', 0, [0xff, 0x4f, 0xff, 0x51]],
  ['JPEG XL', 0, [0xff, 0x0a]],
  ['JPEG XL', 0, [0x00, 0x00, 0x00, 0x0c, ...ascii('JXL ')]],
  ['GIF', 0, ascii('GIF8')],
  ['BMP', 0, ascii('BM')],
  ['TIFF', 0, [0x49, 0x49, 0x2a, 0x00]],
  ['TIFF', 0, [0x4d, 0x4d, 0x00, 0x2a]],
  ['WebP', 8, ascii('WEBP')],
  ['gzip', 0, [0x1f, 0x8b]],
  ['zip', 0, ascii('PK\u0003\u0004')],
  ['PDF', 0, ascii('%PDF-')],
];

/**
 * Tells a file's kind from its first bytes, whatever its name says. DICOM is known without its preamble, too.
 *
 * @param bytes The file, or at least its first 132 bytes.
 */
export function detectFormat(bytes: Uint8Array): FileFormat {
  if (bytes.length === 0) return 'empty';
  const found = SIGNATURES.find(([, offset, signature]) => signature.every((byte, index) => bytes[offset + index] === byte));
  return found?.[0] ?? (startOfDataSet(bytes) >= 0 ? 'DICOM' : 'unknown');
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
