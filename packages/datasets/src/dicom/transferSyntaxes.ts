import type { Encoding } from './readDataSet.ts';

/** The families of codestreams that pixel data can be wrapped in. */
export type Compression = 'RLE' | 'JPEG' | 'JPEG-LS' | 'JPEG 2000';

/** How a DICOM file is written. */
export interface TransferSyntax extends Encoding {
  readonly name: string;
  readonly deflated?: boolean;
  readonly compression?: Compression;
  /** Whether decoded samples may differ from the ones stored, and so leave the range of BitsStored. */
  readonly lossy?: boolean;
}

const EXPLICIT: Encoding = { explicit: true, littleEndian: true };

/**
 * The transfer syntaxes that can be read, by their UID behind `1.2.840.10008.1.2`.
 *
 * @see DICOM PS3.5, section 10 and annex A
 */
export const TRANSFER_SYNTAXES: Readonly<Record<string, TransferSyntax>> = {
  '': { name: 'Implicit VR Little Endian', explicit: false, littleEndian: true },
  '.1': { name: 'Explicit VR Little Endian', ...EXPLICIT },
  '.1.99': { name: 'Deflated Explicit VR Little Endian', ...EXPLICIT, deflated: true },
  '.2': { name: 'Explicit VR Big Endian', explicit: true, littleEndian: false },
  '.5': { name: 'RLE Lossless', ...EXPLICIT, compression: 'RLE' },
  '.4.50': { name: 'JPEG Baseline', ...EXPLICIT, compression: 'JPEG', lossy: true },
  '.4.51': { name: 'JPEG Extended', ...EXPLICIT, compression: 'JPEG', lossy: true },
  '.4.57': { name: 'JPEG Lossless', ...EXPLICIT, compression: 'JPEG' },
  '.4.70': { name: 'JPEG Lossless SV1', ...EXPLICIT, compression: 'JPEG' },
  '.4.80': { name: 'JPEG-LS Lossless', ...EXPLICIT, compression: 'JPEG-LS' },
  '.4.81': { name: 'JPEG-LS Near-lossless', ...EXPLICIT, compression: 'JPEG-LS', lossy: true },
  '.4.90': { name: 'JPEG 2000 Lossless', ...EXPLICIT, compression: 'JPEG 2000' },
  '.4.91': { name: 'JPEG 2000', ...EXPLICIT, compression: 'JPEG 2000', lossy: true },
};

/** Those that are refused by name. */
export const UNSUPPORTED_TRANSFER_SYNTAXES: Readonly<Record<string, string>> = {
  '.4.52': 'JPEG Extended (hierarchical)',
  '.4.53': 'JPEG Spectral Selection',
  '.4.55': 'JPEG Full Progression',
  '.4.92': 'JPEG 2000 Multi-component Lossless',
  '.4.93': 'JPEG 2000 Multi-component',
  '.4.94': 'JPIP Referenced',
  '.4.95': 'JPIP Referenced Deflate',
  '.4.100': 'MPEG-2 Main Profile, Main Level',
  '.4.101': 'MPEG-2 Main Profile, High Level',
  '.4.102': 'MPEG-4 AVC/H.264 High Profile',
  '.4.103': 'MPEG-4 AVC/H.264 BD-compatible',
  '.4.107': 'HEVC/H.265 Main Profile',
  '.4.108': 'HEVC/H.265 Main 10 Profile',
  '.4.110': 'JPEG XL Lossless',
  '.4.111': 'JPEG XL JPEG Recompression',
  '.4.112': 'JPEG XL',
  '.4.201': 'High-Throughput JPEG 2000 Lossless',
  '.4.202': 'High-Throughput JPEG 2000 Lossless RPCL',
  '.4.203': 'High-Throughput JPEG 2000',
};
