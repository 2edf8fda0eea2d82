import type { JSX } from 'preact';
import { told } from './notices.ts';

/** The last error, or what else there is to tell, until it is closed. */
export function Notice(): JSX.Element {
  const text = (isProblem: boolean): JSX.Element | false => told.value?.isProblem === isProblem && (
    <p class={isProblem ? 'notice' : 'notice told'}>
      <span>{told.value.text}</span>
      <button type="button" class="small" onClick={() => (told.value = undefined)}>Close</button>
    </p>
  );
  return (
    <div>
      <div role="alert">{text(true)}</div>
      <div role="status" aria-label="News">{text(false)}</div>
    </div>
  );
}
