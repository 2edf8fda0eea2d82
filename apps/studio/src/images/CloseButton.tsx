import type { JSX } from 'preact';
import { ConfirmButton } from '../app/ConfirmButton.tsx';
import { report } from '../app/notices.ts';
import { labels } from '../learn/labels.ts';
import { closeImage } from './closeImage.ts';
import type { StudioImage } from './studioImage.ts';

/** Closes the chosen image; asks first where labels would go with it. */
export function CloseButton({ image }: { readonly image: StudioImage | undefined }): JSX.Element {
  const close = (): void => void (image && closeImage(image.id).catch(report));
  const count = image ? Object.keys(labels.value[image.id] ?? {}).length : 0;
  if (!image || count === 0) return <button type="button" disabled={!image} onClick={close}>Close image</button>;
  return (
    <ConfirmButton question={`Close ${image.path}?`} consequence={`${count === 1 ? 'Its label is' : `Its ${count} labels are`} deleted. The file on your disk stays as it is.`} action="Close it" onConfirm={close}>
      Close image…
    </ConfirmButton>
  );
}
