import type { ImageRecord } from '@cxr-ifa/tensor';

/** A patient in more than one part. */
export interface PatientOverlap {
  readonly patient: string;
  /** How many of the patient's images each part has, by the part's name; two parts at least. */
  readonly images: Readonly<Record<string, number>>;
}

/**
 * Finds the patients that several parts share: what is tested on one part was learnt from the other. Images without a patient cannot be compared and are left out: count them.
 *
 * @param parts Records by the part's name, such as `{ train, test }`.
 * @returns The shared patients, in the order of their ids.
 *
 * @example
 * ```ts
 * const shared = findPatientOverlap({ pretraining: one.records, test: another.records });
 * if (shared.length > 0) console.log(`${shared.length} patients are in both`);
 * ```
 */
export function findPatientOverlap(parts: Readonly<Record<string, readonly Pick<ImageRecord, 'patient'>[]>>): PatientOverlap[] {
  const patients = new Map<string, Map<string, number>>();
  for (const [part, records] of Object.entries(parts)) {
    for (const { patient } of records) {
      if (patient === undefined) continue;
      const counts = patients.get(patient) ?? new Map<string, number>();
      patients.set(patient, counts.set(part, (counts.get(part) ?? 0) + 1));
    }
  }
  return [...patients]
    .filter(([, counts]) => counts.size > 1)
    .map(([patient, counts]) => ({ patient, images: Object.fromEntries(counts) }))
    .sort((a, b) => (a.patient < b.patient ? -1 : 1));
}
