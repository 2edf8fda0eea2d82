import { join } from 'node:path';
import type { Preprocessing } from '@cxr-ifa/checkpoint';
import { fuseReaders, type BoxAnnotations } from '@cxr-ifa/heads/detection';
import { InputError, type Box, type ImageRecord } from '@cxr-ifa/tensor';
import type { PreparedRecords } from '../encode/prepareRecords.ts';
import { mapInOrder } from '../input/mapInOrder.ts';
import type { WorkerPool } from '../input/workerPool.ts';
import type { Terminal } from '../terminal.ts';
import { toPrepared, type FileSize } from './placement.ts';
import type { BoxSelection } from './selectBoxes.ts';

/** An image with its boxes where the encoder sees them. */
export interface AnnotatedImage {
  readonly record: ImageRecord;
  /** Its place in the cache. */
  readonly index: number;
  readonly size: FileSize;
  readonly annotations: BoxAnnotations;
}

/** How far the readers of the images agreed. */
export interface ReaderAgreement {
  /** Boxes before fusion, and after it. */
  readonly drawn: number;
  readonly fused: number;
  /** How many of the fused boxes one reader drew, two readers, and so on. */
  readonly byReaders: readonly number[];
  /** Left out as too few readers drew them. */
  readonly dropped: number;
}

/** Measures the files of images, in the order of the records. */
export async function measureImages(root: string, records: readonly ImageRecord[], { pool, terminal }: { readonly pool: WorkerPool; readonly terminal: Terminal }): Promise<FileSize[]> {
  const sizes: FileSize[] = [];
  const progress = terminal.progress('Measuring images', records.length, 'images');
  try {
    for await (const size of mapInOrder(records.map(({ path }) => join(root, path)), (path) => pool.run('measure', { path }), 4 * pool.size)) {
      if ('reason' in size) throw new InputError(`Cannot measure ${records[sizes.length]?.path}, whose boxes are in pixels of the file: ${size.reason}`);
      sizes.push(size);
      progress.update(sizes.length);
    }
  } finally {
    progress.finish();
  }
  return sizes;
}

/**
 * Joins records, sizes and boxes; what several readers drew is fused.
 *
 * @throws {InputError} If a box has no area, is not finite, or lies outside its image.
 */
export function annotateImages({ selection: { records }, indices }: PreparedRecords, sizes: readonly FileSize[], { findings, isSearched }: BoxSelection, preprocessing: Preprocessing, { minimumReaders }: { readonly minimumReaders: number }): { images: AnnotatedImage[]; agreement: ReaderAgreement | undefined } {
  const byReaders: number[] = [];
  let [drawn, fused, dropped] = [0, 0, 0];
  const images = records.map((record, row): AnnotatedImage => {
    const size = sizes[row] as FileSize;
    const readers = [...new Set((record.boxes ?? []).map(({ reader }) => reader))];
    const known = findings.map((finding) => (isSearched(record, finding) ? 1 : 0));
    const ofReader = (reader: string | undefined): BoxAnnotations => {
      const own = (record.boxes ?? []).flatMap(({ finding, box, reader: by }) => {
        const label = findings.indexOf(finding);
        if (by !== reader || label < 0) return [];
        requireBox(box, finding, record.path, size);
        const placed = toPrepared(box, size, preprocessing);
        return placed ? [{ label, placed }] : [];
      });
      return { boxes: Float32Array.from(own.flatMap(({ placed }) => placed)), labels: Int32Array.from(own, ({ label }) => label) };
    };
    const named = readers.some((reader) => reader !== undefined);
    const one = named ? fuseReaders(readers.map(ofReader), { minimumReaders }) : { ...ofReader(undefined), readers: undefined, dropped: 0 };
    if (one.readers) {
      drawn += record.boxes?.length ?? 0;
      fused += one.readers.length;
      dropped += one.dropped;
      for (const count of one.readers) byReaders[count - 1] = (byReaders[count - 1] ?? 0) + 1;
    }
    return { record, index: indices[row] as number, size, annotations: { boxes: one.boxes, labels: one.labels, known } };
  });
  return { images, agreement: drawn > 0 ? { drawn, fused, byReaders: Array.from(byReaders, (count) => count ?? 0), dropped } : undefined };
}

/** Whatever file a box comes from, it is checked here, where the size of its image is known: one that is silently cut away would make its image an example without the finding. */
function requireBox([x, y, width, height]: Box, finding: string, path: string, size: FileSize): void {
  const refuse = (rule: string): never => {
    throw new InputError(`Cannot use the box of ${finding} in ${path} as it must ${rule}: current left, top, width and height are ${[x, y, width, height].join(', ')}`);
  };
  if (!(width > 0 && height > 0 && [x, y, width, height].every(Number.isFinite))) refuse('have four numbers and an area');
  if (!(x + width > 0 && y + height > 0 && x < size.width && y < size.height)) refuse(`lie in the image of ${size.width} x ${size.height} pixels, at least in part (are boxes and images of one size?)`);
}
