import { InputError, type ImageRecord } from '@cxr-ifa/tensor';
import type { PreparedRecords } from '../encode/prepareRecords.ts';
import { readCachedImage } from '../input/imageCache.ts';
import { createImageHasher, type TrainedImages } from '../run/trainedImages.ts';
import type { Terminal } from '../terminal.ts';

/** What of the test images the encoder was trained on before. */
export interface Leak {
  /** Test patients among those that it was trained on; null where either side knows no patients. */
  readonly patients: number | null;
  /** Test images whose prepared pixels equal those of a training image. */
  readonly images: number;
}

/** An encoder that was never trained. */
export const NO_LEAK: Leak = { patients: 0, images: 0 };

/**
 * Compares the test images with what the encoder's run, and those before it, were trained on.
 *
 * @returns `null` where the run does not say what it was trained on.
 */
export function findLeak({ selection: { records }, cache, indices }: Pick<PreparedRecords, 'selection' | 'cache' | 'indices'>, trained: TrainedImages | undefined): Leak | null {
  if (trained === undefined) return null;
  const hasher = createImageHasher(trained.salt);
  const seen = [...trained.images, ...trained.earlier];
  const [patients, pixels] = [new Set(seen.map(({ patient }) => patient)), new Set(seen.map((image) => image.pixels))];
  const test = records.flatMap((record, row): [ImageRecord, number][] => (record.split === 'test' ? [[record, indices[row] as number]] : []));
  const known = seen.some(({ patient }) => patient !== null) && test.some(([{ patient }]) => patient !== undefined);
  const shared = new Set(test.map(([{ patient }]) => patient).filter((patient) => patient !== undefined && patients.has(hasher.patient(patient))));
  const copies = test.filter(([, index]) => pixels.has(hasher.pixels(readCachedImage(cache.locate(index)))));
  return { patients: known ? shared.size : null, images: copies.length };
}

/** One line on what a leak makes of results, or nothing where there is none. */
export function describeLeak(leak: Leak | null): string | undefined {
  if (leak === null) return 'Whether test patients were among the images that the encoder was trained on before is not known: its run does not say';
  const { patients, images } = leak;
  if (images > 0 || (patients ?? 0) > 0) return `Results are too good: the encoder was trained on ${amount(leak)} of the test before`;
  return patients === null ? 'No test image is one that the encoder was trained on before; whether its patients are is not known, as one side knows no patients' : undefined;
}

/**
 * Says what was found, or ends there.
 *
 * @throws {InputError} If there is a leak, and `onLeak` is to fail.
 */
export function reportLeak(leak: Leak | null, { onLeak }: { readonly onLeak: 'fail' | 'warn' }, { print }: Terminal): void {
  const line = describeLeak(leak);
  if (line === undefined) return;
  const found = leak !== null && (leak.images > 0 || (leak.patients ?? 0) > 0);
  if (found && onLeak === 'fail') {
    throw new InputError(`Cannot test on what the encoder was trained on before, which are ${amount(leak)} of the test: pre-train on the training split alone (pretrain --split train), or go on with --on-leak warn, which is recorded`);
  }
  print(line);
}

function amount({ patients, images }: Leak): string {
  return `${patients === null ? '' : `${patients} patient${patients === 1 ? '' : 's'} and `}${images} image${images === 1 ? '' : 's'}`;
}
