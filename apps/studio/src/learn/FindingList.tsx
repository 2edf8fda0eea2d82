import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { report } from '../app/notices.ts';
import { images } from '../images/images.ts';
import { FindingRow } from './FindingRow.tsx';
import { PatientHint } from './PatientHint.tsx';
import { judged } from './probe.ts';
import { addFinding, findings } from './labels.ts';
import { OpenLabelsButton } from './OpenLabelsButton.tsx';
import { takePhantomLabels } from './takePhantomLabels.ts';

/** What is looked for, how much of it is labelled, and how well the probe tells it. */
export function FindingList(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const add = (event: Event): void => {
    event.preventDefault();
    try {
      addFinding(field.current?.value ?? '');
      if (field.current) field.current.value = '';
    } catch (error) {
      report(error);
    }
  };
  return (
    <>
      <div class="bar"><h2>Findings</h2></div>
      {judged.value.some(({ auroc }) => auroc !== undefined) && <p class="hint fine">AUROC by cross-validation over patients, with the 95 % interval over patients: what to expect on new ones.</p>}
      <PatientHint />
      {findings.value.length > 0 ? (
        <ol class="findings">{findings.value.map((name, index) => <FindingRow key={name} name={name} index={index} />)}</ol>
      ) : (
        <p class="hint">Name what you look for, then label images: <kbd>Y</kbd> present, <kbd>N</kbd> absent. Two labels are enough for a first probe.</p>
      )}
      <form class="row" onSubmit={add}>
        <input ref={field} type="text" aria-label="Name of a finding" placeholder="Effusion" maxLength={40} />
        <button type="submit">Add finding</button>
      </form>
      <OpenLabelsButton />
      {images.value.some(({ truth }) => truth) && <button type="button" class="wide" onClick={takePhantomLabels}>Use the phantoms' own labels</button>}
    </>
  );
}
