import type { Rng } from '@cxr-ifa/tensor';

/** Two halves of some images, as nearly as patients can be parted: no patient is in both. */
export function halvePatients(patients: readonly (string | undefined)[], rng: Rng): [number[], number[]] {
  const imagesOf = new Map<string | number, number[]>();
  for (const [image, patient] of patients.entries()) {
    const key = patient ?? image; // one of its own
    const known = imagesOf.get(key);
    if (known) known.push(image);
    else imagesOf.set(key, [image]);
  }
  const groups = [...imagesOf.values()];
  const halves: [number[], number[]] = [[], []];
  for (const group of rng.permutation(groups.length)) halves[halves[0].length <= halves[1].length ? 0 : 1].push(...(groups[group] as number[]));
  return halves;
}
