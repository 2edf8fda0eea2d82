import type { JSX } from 'preact';
import { FileButton } from '../app/FileButton.tsx';
import { report } from '../app/notices.ts';
import { openLabels } from './openLabels.ts';

/** Takes labels from a table. */
export function OpenLabelsButton(): JSX.Element {
  const open = ([file]: readonly File[]): void => void (file && openLabels({ path: file.name, file }).catch(report));
  return <FileButton class="wide" accept=".csv,.tsv" testId="labels" title="A column named image, with the path or the file's name, and a column of 1, 0 or nothing for each finding" onFiles={open}>Open labels (CSV)</FileButton>;
}
