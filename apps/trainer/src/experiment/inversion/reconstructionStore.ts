import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '@cxr-ifa/checkpoint';
import { InputError } from '@cxr-ifa/tensor';
import { z } from 'zod';
import { atomicWrite } from '../../run/atomicWrite.ts';
import { openCellLines } from '../cellLines.ts';

/** What a cell's pictures depend on, beside what all share: equal keys are the same cell. */
export interface ReconstructionKey {
  /** Of the perceptual encoder. */
  readonly perceptual: string;
  /** Of the encoder that latents begin with. */
  readonly start: string | null;
  /** Paths of the batch. */
  readonly images: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

const cellSchema = z.object({ id: z.string(), name: z.string(), images: z.array(z.string()), steps: z.int().positive(), loss: z.number(), seconds: z.number() });

/** One batch of images, inverted with one perceptual encoder: a line of `cells.jsonl`. */
export type ReconstructionCell = z.output<typeof cellSchema>;

/** The finished batches of an experiment, on disk. */
export interface ReconstructionStore {
  find(key: ReconstructionKey): ReconstructionCell | undefined;
  /** Keeps a batch: its pictures first, and its line last, so that a line is of a whole cell. */
  add(key: ReconstructionKey, cell: Omit<ReconstructionCell, 'id'>, pictures: readonly Float32Array[]): Promise<ReconstructionCell>;
  /** Pictures of values from 0 to 1, in the order of the cell's images. */
  read(cell: ReconstructionCell): Promise<Float32Array[]>;
  close(): void;
}

/**
 * Opens an experiment's folder, new or to go on.
 *
 * @param basis What all cells share: generator, images, seed.
 * @throws {UsageError} If the folder holds something else, or an experiment on another basis.
 */
export async function openReconstructions(folder: string, basis: Readonly<Record<string, unknown>>): Promise<ReconstructionStore> {
  const lines = await openCellLines(folder, { basis, shared: 'generator, images and seed', schema: cellSchema });
  await mkdir(join(folder, 'reconstructions'), { recursive: true });
  const path = (id: string): string => join(folder, 'reconstructions', `${id}.npy`);
  return {
    find: (key) => lines.find(identify(key)),
    async add(key, cell, pictures) {
      const whole = { id: identify(key), ...cell };
      const pixels = (pictures[0] as Float32Array).length;
      const data = new Float32Array(pictures.length * pixels);
      for (const [index, picture] of pictures.entries()) data.set(picture, index * pixels);
      await atomicWrite(path(whole.id), encodeNpy({ dtype: 'F32', shape: [pictures.length, pixels], data }));
      lines.append(whole);
      return whole;
    },
    async read({ id, images }) {
      const { shape, data } = decodeNpy(await readFile(path(id)).catch((error: Error) => {
        throw new InputError(`Cannot read the reconstructions of a cell: ${error.message}`, { cause: error });
      }));
      const [rows = 0, pixels = 0] = shape;
      if (!(data instanceof Float32Array) || shape.length !== 2 || rows !== images.length) throw new InputError(`Cannot read the reconstructions ${path(id)} as they must be of ${images.length} images: delete the folder to begin anew`);
      return images.map((_, row) => data.slice(row * pixels, (row + 1) * pixels));
    },
    close: () => lines.close(),
  };
}

function identify({ perceptual, start, images, settings }: ReconstructionKey): string {
  return createHash('sha256').update(JSON.stringify([perceptual, start, images, Object.entries(settings).sort()])).digest('hex').slice(0, 20);
}
