import type { JSX } from 'preact';
import { problem } from './notices.ts';

/** The last error, until it is closed. */
export function Notice(): JSX.Element {
  return (
    <div role="alert">
      {problem.value !== undefined && (
        <p class="notice">
          <span>{problem.value}</span>
          <button type="button" class="small" onClick={() => (problem.value = undefined)}>Close</button>
        </p>
      )}
    </div>
  );
}
