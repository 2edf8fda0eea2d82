import type { ComponentChildren, JSX } from 'preact';
import { useId, useRef } from 'preact/hooks';

/** A button that asks before it does what cannot be undone. */
export function ConfirmButton({ children, asks = true, question, consequence, action, onConfirm, ...attributes }: {
  /** Whether there is anything to lose at the moment. */
  readonly asks?: boolean;
  readonly question: string;
  readonly consequence: string;
  /** What the confirming button says. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly class?: string;
  readonly disabled?: boolean;
  readonly 'aria-label'?: string;
  readonly title?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  return (
    <>
      <button type="button" {...attributes} onClick={() => (asks ? dialog.current?.showModal() : onConfirm())}>{children}</button>
      <dialog ref={dialog} aria-labelledby={titleId}>
        <h2 id={titleId}>{question}</h2>
        <p>{consequence}</p>
        <div class="row end">
          <button type="button" onClick={() => dialog.current?.close()}>Keep</button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              dialog.current?.close(); // a notice of what fails would lie behind it
              onConfirm();
            }}
          >
            {action}
          </button>
        </div>
      </dialog>
    </>
  );
}
