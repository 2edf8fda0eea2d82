import type { JSX } from 'preact';
import { folderOf } from '../images/folderOf.ts';
import { images } from '../images/images.ts';
import { folderIsPatient, labelled, takeFoldersAsPatients } from './labels.ts';

/** Says where the AUROC takes images for patients, and what can be done about it. */
export function PatientHint(): JSX.Element | null {
  const known = labelled.value.images;
  const unknown = known.filter(({ patient }) => patient === undefined).length;
  const isOffered = images.value.some(({ patient, path }) => patient === undefined && folderOf(path) !== undefined);
  if (known.length === 0 || (unknown === 0 && !folderIsPatient.value)) return null;
  return (
    <>
      {unknown > 0 && <p class="hint fine" data-testid="patients">{whoSay(known.length - unknown, known.length)} whose it is: each of the others counts as a patient of its own, which flatters the AUROC where a patient has several.</p>}
      {isOffered && (
        <label class="check fine">
          <input type="checkbox" checked={folderIsPatient.value} onChange={(event) => takeFoldersAsPatients(event.currentTarget.checked)} /> Images of one folder are of one patient
        </label>
      )}
    </>
  );
}

function whoSay(some: number, all: number): string {
  if (some === 0) return 'No labelled image says';
  return `Of ${all} labelled images ${some} ${some === 1 ? 'says' : 'say'}`;
}
