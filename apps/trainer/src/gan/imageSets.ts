import { setImmediate } from 'node:timers/promises';
import type { OpenedEncoder } from '../encode/openEncoder.ts';
import { readCachedImage } from '../input/imageCache.ts';
import { Interrupted } from '../run/interruption.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usageError.ts';
import type { OwnedImages } from './measureGenerator.ts';
import type { GanImages, KnownImages } from './openGanImages.ts';
import { seeImages } from './seeImages.ts';

/** What sets of images are seen with. */
export interface Eyes {
  readonly encoder: OpenedEncoder;
  /** The side of the pictures. */
  readonly side: number;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Encodes generated pictures, each of nobody. @throws {Interrupted} If the signal asked to stop. */
export async function drawnSet(pictures: AsyncIterable<Float32Array>, name: string, count: number, eyes: Eyes): Promise<OwnedImages> {
  return { ...(await see(pictures, name, count, eyes)), patients: new Array<undefined>(count).fill(undefined) };
}

/** Encodes prepared images, with their patients. @throws {Interrupted} If the signal asked to stop. */
export async function realSet(known: KnownImages, name: string, indices: readonly number[], eyes: Eyes): Promise<OwnedImages> {
  function* pictures(): Generator<Float32Array, void, void> {
    for (const index of indices) yield readCachedImage(known.cache.locate(index));
  }
  return { ...(await see(pictures(), name, indices.length, eyes)), patients: patientsOf(known, indices) };
}

/** Makes sure that held-out images are none of the training images, and of at least two patients. @throws {UsageError} */
export function requireHeldOut({ training, heldOut }: GanImages, action: string): void {
  const { images } = heldOut.cache.manifest;
  const trained = new Set(training.cache.manifest.images);
  const both = images.filter((path) => trained.has(path)).length;
  if (both > 0) throw new UsageError(`Cannot ${action} as held-out images must be none of the training images: ${both} of ${images.length} are both; give another --split`);
  const patients = new Set(patientsOf(heldOut, images.map((_, index) => index)).map((patient, image) => patient ?? image));
  if (patients.size < 2) throw new UsageError(`Cannot ${action} as held-out images must be of at least two patients: give another --split`);
}

function patientsOf({ cache, records }: KnownImages, indices: readonly number[]): (string | undefined)[] {
  const patients = new Map(records.map(({ path, patient }) => [path, patient]));
  return indices.map((index) => patients.get(cache.manifest.images[index] as string));
}

async function see(pictures: Iterable<Float32Array> | AsyncIterable<Float32Array>, name: string, count: number, { encoder, side, terminal, signal }: Eyes): Promise<Omit<OwnedImages, 'patients'>> {
  const progress = terminal.progress(name, count, 'images');
  async function* watched(): AsyncGenerator<Float32Array, void, void> {
    for await (const picture of pictures) {
      await setImmediate(); // lets signals in: drawing and encoding wait for nothing
      if (signal.aborted) throw new Interrupted('Interrupted: nothing was written');
      yield picture;
    }
  }
  try {
    return await seeImages(encoder, watched(), { count, side, onImage: (done) => progress.update(done) });
  } finally {
    progress.finish();
  }
}
