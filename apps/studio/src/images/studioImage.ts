import type { Inspected } from '../decode/inspected.ts';

/** An image that is open in the studio. */
export interface StudioImage extends Omit<Inspected, 'pixels' | 'thumbnail'> {
  /** The file's name, with the folders that were opened. */
  readonly path: string;
  /** Images stand in the order in which their files were given, whichever is decoded first. */
  readonly order: number;
  /** The file itself: on disk as long as nothing reads it. */
  readonly file: Blob;
  /** The address of its thumbnail in this page. */
  readonly thumbnail: string;
  /** What is known of it by construction, of phantoms. */
  readonly truth?: Readonly<Record<string, 0 | 1>>;
}

/** A file that could not be opened. */
export interface BadFile {
  readonly path: string;
  readonly reason: string;
}

/** A file on its way in. */
export interface IncomingFile {
  readonly path: string;
  readonly file: Blob;
  readonly patient?: string;
  readonly truth?: Readonly<Record<string, 0 | 1>>;
}
