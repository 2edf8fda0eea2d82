import type { JSX } from 'preact';
import { WARN_ABOVE } from '../compute/limits.ts';
import type { StudioImage } from '../images/studioImage.ts';
import { activeFinding, labelOf } from './labels.ts';
import { probabilityOf, unusualOf } from './probe.ts';

/** Under a thumbnail: its label of the active finding, and what the probe says. */
export function Caption({ image }: { readonly image: StudioImage }): JSX.Element {
  const finding = activeFinding.value;
  const label = labelOf(image.id, finding);
  const probability = probabilityOf(image.id, finding);
  const isUnusual = (unusualOf(image.id) ?? 0) >= WARN_ABOVE;
  return (
    <>
      {label !== undefined && <b class={label === 1 ? 'yes' : 'no'}>{label === 1 ? 'present' : 'absent'}</b>}
      {probability !== undefined && (isUnusual ? <span class="muted" title="Unlike the labelled images: do not trust what is predicted of it"> unlike</span> : <span> {(100 * probability).toFixed(0)} %</span>)}
      {label === undefined && probability === undefined && image.path.split('/').at(-1)}
    </>
  );
}
