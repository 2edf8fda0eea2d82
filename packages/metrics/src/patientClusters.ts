/** Numbers the patients from 0 in order of appearance: the patient of each image, and how many there are. An image without a patient is one of its own. */
export function patientClusters(patients: ArrayLike<string | number | undefined>): { clusterOf: Int32Array; count: number } {
  const numbers = new Map<string | number, number>();
  let count = 0;
  const clusterOf = Int32Array.from(patients, (patient) => {
    if (patient === undefined) return count++;
    const known = numbers.get(patient);
    if (known !== undefined) return known;
    numbers.set(patient, count);
    return count++;
  });
  return { clusterOf, count };
}
