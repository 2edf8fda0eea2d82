import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { selectedId } from '../images/images.ts';
import type { StudioImage } from '../images/studioImage.ts';
import { activeFinding, findings, setLabel, undoLabel } from './labels.ts';

/** Keys of the view, wherever the focus is but in a field: 1 to 9 choose the finding, Y and N label and go on, Backspace takes this image's label away, U the one given last and goes back to it, E explains. */
export function useLabelKeys(ordered: readonly StudioImage[], explains: Signal<boolean>): void {
  useEffect(() => {
    const go = (offset: number): void => {
      const at = ordered.findIndex(({ id }) => id === selectedId.value);
      const next = ordered[Math.min(ordered.length - 1, Math.max(0, at + offset))];
      if (next) selectedId.value = next.id;
    };
    const label = (value: 0 | 1 | undefined): void => {
      if (selectedId.value === undefined || activeFinding.value === undefined) return;
      const { value: id } = selectedId;
      if (value !== undefined) go(1);
      setLabel(id, activeFinding.value, value);
    };
    const keys: Readonly<Record<string, () => void>> = {
      y: () => label(1),
      n: () => label(0),
      backspace: () => label(undefined),
      u: () => {
        const id = undoLabel();
        if (id !== undefined) selectedId.value = id;
      },
      e: () => (explains.value = !explains.value),
      j: () => go(1),
      k: () => go(-1),
      arrowright: () => go(1),
      arrowleft: () => go(-1),
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.closest('dialog') || target.matches('input:not([type=checkbox]), select, textarea')) return;
      const digit = /^[1-9]$/.test(event.key) ? findings.value[Number(event.key) - 1] : undefined;
      const act = digit === undefined ? keys[event.key.toLowerCase()] : () => (activeFinding.value = digit);
      if (!act || (event.repeat && /^(y|n|backspace)$/i.test(event.key))) return; // a key that is held down labels one image
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [ordered]);
}
