import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { report } from '../app/notices.ts';
import { openLabels } from './openLabels.ts';

/** Takes labels from a table. */
export function OpenLabelsButton(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="wide" title="A column named image, with the path or the file's name, and a column of 1, 0 or nothing for each finding" onClick={() => field.current?.click()}>Open labels (CSV)</button>
      <input
        ref={field}
        type="file"
        accept=".csv,.tsv,.txt"
        hidden
        data-testid="labels"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file) openLabels({ path: file.name, file }).catch(report);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
