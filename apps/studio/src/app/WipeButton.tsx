import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { wipe } from '../store/wipe.ts';
import { report } from './notices.ts';

/** Deletes everything, after one question. */
export function WipeButton(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="small danger" onClick={() => dialog.current?.showModal()}>Wipe everything…</button>
      <dialog ref={dialog} aria-labelledby="wipe-title">
        <h2 id="wipe-title">Wipe everything?</h2>
        <p>Images, labels, probe, encoder and pre-training run are deleted from this browser. The files on your disk stay as they are. This cannot be undone.</p>
        <div class="row end">
          <button type="button" onClick={() => dialog.current?.close()}>Keep</button>
          <button type="button" class="danger" onClick={() => void wipe().catch(report)}>Wipe everything</button>
        </div>
      </dialog>
    </>
  );
}
