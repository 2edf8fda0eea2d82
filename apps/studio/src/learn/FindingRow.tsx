import type { JSX } from 'preact';
import { ConfirmButton } from '../app/ConfirmButton.tsx';
import { FEWEST_PATIENTS } from '../compute/limits.ts';
import { activeFinding, labelled, removeFinding } from './labels.ts';
import { isJudged, judged } from './probe.ts';

/** One finding: its key, its labels, and its AUROC on patients that the probe did not see. */
export function FindingRow({ name, index }: { readonly name: string; readonly index: number }): JSX.Element {
  const own = labelled.value.images.map(({ labels }) => labels[index]);
  const [present, absent] = [1, 0].map((label) => own.filter((value) => value === label).length) as [number, number];
  const found = judged.value.find(({ finding }) => finding === name);
  const isActive = activeFinding.value === name;
  return (
    <li class={isActive ? 'active' : ''}>
      <button type="button" class="finding" aria-pressed={isActive} onClick={() => (activeFinding.value = name)}>
        <kbd>{index + 1}</kbd>
        <span class="finding-name">{name}</span>
        <span class="muted">{present} present, {absent} absent</span>
        <span class={isJudged.value ? 'score' : 'score stale'} data-testid={`auroc-${name}`} title={found?.auroc === undefined ? undefined : `${found.folds}-fold cross-validation over patients, ${found.images} labelled images`}>
          {found?.auroc !== undefined
            ? <>AUROC <strong>{found.auroc.toFixed(2)}</strong> ({found.low?.toFixed(2)} to {found.high?.toFixed(2)})</>
            : !isJudged.value && Math.min(present, absent) >= FEWEST_PATIENTS ? 'being judged…' : `${FEWEST_PATIENTS} patients of each kind give an AUROC`}
        </span>
      </button>
      <ConfirmButton class="small remove" aria-label={`Remove ${name} and its labels`} title="Remove" question={`Remove ${name}?`} consequence={`Its labels, ${present} present and ${absent} absent, are deleted. This cannot be undone.`} action="Remove" onConfirm={() => removeFinding(name)}>×</ConfirmButton>
    </li>
  );
}
