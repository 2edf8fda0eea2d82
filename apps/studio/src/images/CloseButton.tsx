import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ConfirmButton } from '../app/ConfirmButton.tsx';
import { report } from '../app/notices.ts';
import { labels } from '../learn/labels.ts';
import { closeImage } from './closeImage.ts';
import type { StudioImage } from './studioImage.ts';

/** Closes the chosen image, as the Delete key does; asks first where labels would go with it. */
export function CloseButton({ image }: { readonly image: StudioImage | undefined }): JSX.Element {
  const box = useRef<HTMLSpanElement>(null);
  const count = image ? Object.keys(labels.value[image.id] ?? {}).length : 0;
  const close = (): void => {
    if (!image) return;
    closeImage(image.id).catch(report);
    document.querySelector<HTMLElement>('.grid')?.focus(); // where the next one is chosen
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Delete' && !(event.target as HTMLElement).closest('dialog, input, select, textarea')) box.current?.querySelector('button')?.click();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <span ref={box}>
      <ConfirmButton asks={count > 0} disabled={!image} title="Close image (Delete)" question={`Close ${image?.path}?`} consequence={`${count === 1 ? 'Its label is' : `Its ${count} labels are`} deleted. The file on your disk stays as it is.`} action="Close it" onConfirm={close}>
        Close image
      </ConfirmButton>
    </span>
  );
}
