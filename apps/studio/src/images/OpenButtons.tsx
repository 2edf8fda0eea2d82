import type { JSX, TargetedEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { report } from '../app/notices.ts';
import { addPhantoms, PHANTOMS } from './addPhantoms.ts';
import { pickedFiles } from './collectFiles.ts';
import { openFiles } from './openFiles.ts';

/** The ways to images, beside dropping them. */
export function OpenButtons({ primary = false }: { readonly primary?: boolean }): JSX.Element {
  const [files, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const open = (event: TargetedEvent<HTMLInputElement>): void => {
    const { files: picked } = event.currentTarget;
    if (picked) openFiles(pickedFiles(picked)).catch(report);
    event.currentTarget.value = ''; // the same file may be picked again
  };
  return (
    <div class="row">
      <button type="button" class={primary ? 'primary' : ''} onClick={() => files.current?.click()}>Open files</button>
      <button type="button" onClick={() => folder.current?.click()}>Open folder</button>
      <button type="button" onClick={() => void addPhantoms().catch(report)}>Add {PHANTOMS.count} phantoms</button>
      <input ref={files} type="file" multiple hidden data-testid="files" onChange={open} />
      <input ref={folder} type="file" hidden data-testid="folder" {...{ webkitdirectory: true }} onChange={open} />
    </div>
  );
}
