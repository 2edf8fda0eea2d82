import type { JSX } from 'preact';
import { FileButton } from '../app/FileButton.tsx';
import { report } from '../app/notices.ts';
import { addPhantoms, PHANTOMS } from './addPhantoms.ts';
import { pickedFiles } from './collectFiles.ts';
import { openFiles } from './openFiles.ts';

/** The ways to images, beside dropping them. */
export function OpenButtons({ primary = false }: { readonly primary?: boolean }): JSX.Element {
  const open = (files: readonly File[]): void => void openFiles(pickedFiles(files)).catch(report);
  return (
    <div class="row">
      <FileButton class={primary ? 'primary' : ''} multiple testId="files" onFiles={open}>Open files</FileButton>
      <FileButton folder testId="folder" onFiles={open}>Open folder</FileButton>
      <button type="button" onClick={() => void addPhantoms().catch(report)}>Add {PHANTOMS.count} phantoms</button>
    </div>
  );
}
