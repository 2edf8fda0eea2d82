import { chance, pick } from './draw.mjs';
import { mutateCsv } from './mutateCsv.mjs';
import { mutateDicom } from './mutateDicom.mjs';
import { mutateJpeg } from './mutateJpeg.mjs';
import { mutatePng } from './mutatePng.mjs';

const MUTATE = { png: mutatePng, jpeg: mutateJpeg, dicom: mutateDicom, csv: mutateCsv };

/**
 * One damaged file. Three of four come from real files where there are some; of two files drawn the smaller is taken, since large ones are slow and have no more structure.
 *
 * @param {'png' | 'jpeg' | 'dicom' | 'csv'} kind
 * @param seeds The `own` files and the `real` ones.
 * @param {import('@cxr-ifa/tensor').Rng} rng A generator of this input's own.
 * @returns {{ bytes: Uint8Array, table?: string }}
 */
export function makeInput(kind, { own, real }, rng) {
  const files = real.length > 0 && chance(rng, 0.75) ? real : own;
  const seed = kind === 'csv' ? pick(rng, files) : [pick(rng, files), pick(rng, files)].sort((a, b) => a.size - b.size)[0];
  return { bytes: MUTATE[kind](rng, Uint8Array.from(seed.bytes())), ...(seed.table && { table: seed.table }) };
}
