import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { report } from '../app/notices.ts';
import { openFiles } from './openFiles.ts';
import { droppedFiles } from './collectFiles.ts';

/** The whole page takes files. */
export function DropZone({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const [over, setOver] = useState(false);
  return (
    <div
      class={over ? 'shell over' : 'shell'}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return; // a picture of the page
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.currentTarget as HTMLElement).contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) droppedFiles(event.dataTransfer).then(openFiles).catch(report);
      }}
    >
      {children}
    </div>
  );
}
