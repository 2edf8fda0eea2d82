import { createHmac, randomBytes } from 'node:crypto';

/**
 * Makes a function that turns patient ids into pseudonyms: equal ids get equal ones, and nobody can go back, not even by trying all ids,
 * as the key is drawn for this one file and forgotten.
 *
 * @param keepIds Leaves the ids as they are.
 */
export function createPseudonymiser(keepIds: boolean, key: Uint8Array = randomBytes(32)): (patient: string | undefined) => string | undefined {
  return (patient) => (patient === undefined || keepIds ? patient : createHmac('sha256', key).update(patient).digest('hex').slice(0, 16));
}
