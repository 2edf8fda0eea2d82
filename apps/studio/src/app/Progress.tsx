import type { JSX } from 'preact';

/** How far something is. */
export function Progress({ label, done, total }: { readonly label: string; readonly done: number; readonly total: number }): JSX.Element {
  return (
    <label class="progress">
      <span>{label} {done} of {total}</span>
      <progress value={done} max={total} />
    </label>
  );
}
