import type { JSX } from 'preact';
import { wipe } from '../store/wipe.ts';
import { ConfirmButton } from './ConfirmButton.tsx';
import { report } from './notices.ts';

/** Deletes everything, after one question. */
export function WipeButton(): JSX.Element {
  return (
    <ConfirmButton class="small danger" question="Wipe everything?" consequence="Images, labels, probe, encoder and pre-training run are deleted from this browser. The files on your disk stay as they are. This cannot be undone." action="Wipe everything" onConfirm={() => void wipe().catch(report)}>
      Wipe everything…
    </ConfirmButton>
  );
}
