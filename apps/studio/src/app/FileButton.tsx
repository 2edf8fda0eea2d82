import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';

/** A button that has the person choose files. */
export function FileButton({ children, accept, multiple, folder, testId, onFiles, ...attributes }: {
  /** Endings of the files that are offered; any by default. */
  readonly accept?: string;
  readonly multiple?: boolean;
  /** Chooses a folder, and gives all files in it. */
  readonly folder?: boolean;
  readonly testId: string;
  readonly onFiles: (files: readonly File[]) => void;
  readonly class?: string;
  readonly title?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" {...attributes} onClick={() => field.current?.click()}>{children}</button>
      <input
        ref={field}
        type="file"
        hidden
        accept={accept}
        multiple={multiple}
        {...{ webkitdirectory: folder }}
        data-testid={testId}
        onChange={(event) => {
          const files = Array.from(event.currentTarget.files ?? []);
          event.currentTarget.value = ''; // the same file may be chosen again
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
