import type { JSX } from 'preact';
import type { StudioImage } from '../images/studioImage.ts';
import type { ViewState } from './viewState.ts';

const BUTTONS = [
  ['i', 'Invert', 'I'],
  ['-', 'Zoom out', '−'],
  ['+', 'Zoom in', '+'],
  ['r', 'Reset window and zoom', 'R'],
] as const;

/** What is shown and how, and the viewer's keys as buttons. */
export function ViewerBar({ image, state, keys }: { readonly image: StudioImage; readonly state: ViewState | undefined; readonly keys: Readonly<Record<string, () => void>> }): JSX.Element {
  const window = state && `W ${Math.round(state.high - state.low)} L ${Math.round((state.high + state.low) / 2)}`;
  return (
    <figcaption class="viewer-bar">
      <span class="viewer-name" title={image.path}>{image.path}</span>
      <span class="muted">{image.width} × {image.height}, {image.format} {image.bits} bit{image.view ? `, ${image.view}` : ''}</span>
      <span class="viewer-numbers" aria-live="off">{state && `${window}, ${Math.round((100 * state.scale) / devicePixelRatio)} %${state.invert ? ', inverted' : ''}`}</span>
      {BUTTONS.map(([key, title, label]) => (
        <button key={key} type="button" class="small" title={`${title} (${label})`} aria-label={title} onClick={() => keys[key]?.()}>{label}</button>
      ))}
    </figcaption>
  );
}
