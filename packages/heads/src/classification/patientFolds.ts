import type { Rng } from '@cxr-ifa/tensor';
import type { KnownLabels } from './findingLabels.ts';

/**
 * Cuts one finding's known images into folds so that no patient is in two of them and every fold's complement holds both classes.
 * Patients with a positive image and patients without are dealt out separately, in random order: rare findings reach every fold.
 *
 * @returns The rows (positions in `known.images`) of each fold; empty where fewer than two patients of either kind leave nothing to hold out.
 */
export function patientFolds({ images, labels }: KnownLabels, patients: ArrayLike<string | number | undefined>, folds: number, rng: Rng): number[][] {
  const rowsOf = new Map<string | number | symbol, number[]>();
  images.forEach((image, row) => {
    const patient = patients[image] ?? Symbol(); // an image without a patient is one of its own
    const rows = rowsOf.get(patient);
    if (rows) rows.push(row);
    else rowsOf.set(patient, [row]);
  });
  const withPositive: number[][] = [];
  const without: number[][] = [];
  for (const rows of rowsOf.values()) (rows.some((row) => labels[row]) ? withPositive : without).push(rows);
  const count = Math.min(folds, withPositive.length, without.length);
  if (count < 2) return [];
  const result: number[][] = Array.from({ length: count }, () => []);
  let turn = 0; // goes on from the one kind to the other, so that folds differ by one patient at most
  for (const group of [withPositive, without]) {
    for (const index of rng.permutation(group.length)) (result[turn++ % count] as number[]).push(...(group[index] as number[]));
  }
  return result;
}
