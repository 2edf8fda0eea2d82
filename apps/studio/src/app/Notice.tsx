import type { JSX } from 'preact';
import { closeNotice, notices } from './notices.ts';

/** Errors and what else there is to tell, until each is closed. */
export function Notice(): JSX.Element {
  const list = (isProblem: boolean): JSX.Element[] =>
    notices.value
      .filter((notice) => notice.isProblem === isProblem)
      .map((notice) => (
        <p key={notice.text} class={isProblem ? 'notice' : 'notice told'}>
          <span>{notice.text}</span>
          <button type="button" class="small" onClick={() => closeNotice(notice)}>Close</button>
        </p>
      ));
  return (
    <div>
      <div role="alert">{list(true)}</div>
      <div role="status" aria-label="News">{list(false)}</div>
    </div>
  );
}
