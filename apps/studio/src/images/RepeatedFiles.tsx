import type { JSX } from 'preact';
import { repeatedFiles } from './images.ts';

/** Files that were open already: no fault, but whoever dropped them wonders where they are. */
export function RepeatedFiles(): JSX.Element | null {
  const repeated = repeatedFiles.value;
  if (repeated.length === 0) return null;
  return (
    <details class="repeated">
      <summary>{repeated.length === 1 ? 'One file was open already' : `${repeated.length} files were open already`}</summary>
      <ul>{repeated.map((path, index) => <li key={index}>{path}</li>)}</ul>
      <button type="button" class="small" onClick={() => (repeatedFiles.value = [])}>Clear the list</button>
    </details>
  );
}
