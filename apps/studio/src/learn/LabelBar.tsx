import type { JSX } from 'preact';
import type { StudioImage } from '../images/studioImage.ts';
import { activeFinding, labelOf, setLabel } from './labels.ts';

const CHOICES = [
  [1, 'Present', 'Y'],
  [0, 'Absent', 'N'],
  [undefined, 'Not labelled', '⌫'],
] as const;

/** Says of the image whether it shows the active finding. */
export function LabelBar({ image }: { readonly image: StudioImage | undefined }): JSX.Element {
  const finding = activeFinding.value;
  if (!image || finding === undefined) return <p class="label-bar hint">{image ? 'Add a finding to label this image.' : 'Open images to label them.'}</p>;
  const current = labelOf(image.id, finding);
  return (
    <div class="label-bar" role="group" aria-label={`${finding} in ${image.path}`}>
      <strong>{finding}</strong>
      {CHOICES.map(([label, text, key]) => (
        <button key={text} type="button" aria-pressed={current === label} class={current === label ? 'chosen' : ''} onClick={() => setLabel(image.id, finding, label)}>{text} <kbd>{key}</kbd></button>
      ))}
      <span class="hint"><kbd>←</kbd> <kbd>→</kbd> other image, <kbd>U</kbd> undo</span>
    </div>
  );
}
