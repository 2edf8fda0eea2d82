import type { JSX } from 'preact';
import { badFiles } from './images.ts';

/** Files that could not be opened, each with the reason. */
export function BadFiles(): JSX.Element | null {
  const bad = badFiles.value;
  if (bad.length === 0) return null;
  return (
    <details class="bad">
      <summary>{bad.length === 1 ? 'One file could not be opened' : `${bad.length} files could not be opened`}</summary>
      <ul>
        {bad.map(({ path, reason }, index) => (
          <li key={index}><strong>{path}</strong> {reason}</li>
        ))}
      </ul>
      <button type="button" class="small" onClick={() => (badFiles.value = [])}>Clear the list</button>
    </details>
  );
}
