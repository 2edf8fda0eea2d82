import { patientsOf } from '@cxr-ifa/datasets';
import type { ImageRecord, Rng } from '@cxr-ifa/tensor';

/**
 * Draws a share of the patients, with all images of each. Each patient draws a number from a stream of its own, and those with the
 * lowest numbers are taken: a smaller share is part of a larger one, and does not depend on the records' order.
 *
 * @param records Records of training images.
 * @param fraction The share of patients, above 0 and up to 1; at least one patient is taken.
 * @returns The records of the drawn patients, in their order.
 */
export function drawFraction(records: readonly ImageRecord[], fraction: number, rng: Rng): ImageRecord[] {
  if (fraction === 1) return [...records];
  const patients = patientsOf(records);
  const drawn = [...patients.keys()].map((patient) => ({ patient, number: rng.fork('fraction', patient).uniform() })).sort((a, b) => a.number - b.number || (a.patient < b.patient ? -1 : 1));
  const kept = new Set(drawn.slice(0, Math.max(1, Math.round(fraction * drawn.length))).flatMap(({ patient }) => patients.get(patient) as ImageRecord[]));
  return records.filter((record) => kept.has(record));
}
