import type { JSX } from 'preact';
import type { StudioImage } from '../images/studioImage.ts';
import { activeFinding, labels } from './labels.ts';
import { probabilityOf } from './probe.ts';

/** Under a thumbnail: its label of the active finding, and what the probe says. */
export function Caption({ image }: { readonly image: StudioImage }): JSX.Element {
  const finding = activeFinding.value;
  const label = finding === undefined ? undefined : labels.value[image.id]?.[finding];
  const probability = probabilityOf(image.id, finding);
  return (
    <>
      {label !== undefined && <b class={label === 1 ? 'yes' : 'no'}>{label === 1 ? 'present' : 'absent'}</b>}
      {probability !== undefined && <span> {(100 * probability).toFixed(0)} %</span>}
      {label === undefined && probability === undefined && image.path.split('/').at(-1)}
    </>
  );
}
