import type { ImageQuality } from '@cxr-ifa/datasets';

/** What is kept of a file once it was decoded; the full image is decoded again for the viewer. */
export interface Inspected {
  /** The beginning of the SHA-256 of the file's bytes: equal files are one image, and labels find theirs after a reload. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  /** Bits a sample. */
  readonly bits: number;
  /** Pseudonym of the patient's id in a DICOM header. The file itself is kept as it is, header and all. */
  readonly patient?: string;
  readonly view?: string;
  readonly quality: ImageQuality;
  /** A small picture of it. */
  readonly thumbnail: Blob;
  /** Pixels from 0 to 1 as the encoder wants them but for the normalisation, [imageSize, imageSize]. */
  readonly pixels: Float32Array;
}

/** A file that cannot be used, and why, in one sentence. */
export interface Refused {
  readonly reason: string;
}
