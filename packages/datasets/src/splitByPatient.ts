import type { ImageRecord, Rng } from '@cxr-ifa/tensor';
import { patientsOf } from './patientsOf.ts';

/**
 * Splits records at random so that all images of a patient are in one part. Each patient draws a number from a stream of its own;
 * the patients in the order of their numbers are cut at the fractions. So the order of the records does not matter,
 * and when some patients are added few of the others change sides.
 *
 * @param records The records; a `split` they have is replaced.
 * @param options `fractions` of the patients by the part's name, adding up to 1, and the seed.
 * @returns The records in their order, each with its `split`.
 * @throws {RangeError} If the fractions are not positive or do not add up to 1.
 *
 * @example
 * ```ts
 * const records = splitByPatient(selection.records, { fractions: { train: 0.8, val: 0.1, test: 0.1 }, rng: createRng(1) });
 * ```
 */
export function splitByPatient(records: readonly ImageRecord[], { fractions, rng }: { readonly fractions: Readonly<Record<string, number>>; readonly rng: Rng }): ImageRecord[] {
  const parts = Object.entries(fractions);
  const sum = parts.reduce((total, [, fraction]) => total + fraction, 0);
  if (parts.some(([, fraction]) => !(fraction > 0)) || Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(`Cannot split by patient as the fractions must be positive and add up to 1: current value is ${JSON.stringify(fractions)}`);
  }
  const patients = patientsOf(records);
  const drawn = [...patients.keys()].map((patient) => ({ patient, number: rng.fork('split', patient).uniform() })).sort((a, b) => a.number - b.number || (a.patient < b.patient ? -1 : 1));
  const splits = new Map<ImageRecord, string>();
  let start = 0;
  let cumulative = 0;
  for (const [split, fraction] of parts) {
    cumulative += fraction;
    const end = Math.round(cumulative * drawn.length);
    for (const { patient } of drawn.slice(start, end)) for (const record of patients.get(patient) as ImageRecord[]) splits.set(record, split);
    start = end;
  }
  return records.map((record) => ({ ...record, split: splits.get(record) as string }));
}
