import type { ImageRecord } from '@cxr-ifa/tensor';

/**
 * Groups records by patient; an image without one stands for itself.
 *
 * @returns The records of each patient, patients in the order of their first record.
 */
export function patientsOf(records: readonly ImageRecord[]): Map<string, ImageRecord[]> {
  const patients = new Map<string, ImageRecord[]>();
  for (const record of records) {
    // A slash in front keeps paths and patient ids apart
    const key = record.patient ?? `/${record.path}`;
    const own = patients.get(key);
    if (own) own.push(record);
    else patients.set(key, [record]);
  }
  return patients;
}
