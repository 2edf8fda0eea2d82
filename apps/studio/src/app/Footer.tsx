import type { JSX } from 'preact';
import { images } from '../images/images.ts';
import { labelled } from '../learn/labels.ts';
import { isPersistent } from '../store/persistence.ts';
import { WipeButton } from './WipeButton.tsx';

/** What is kept and where, and how it goes away. */
export function Footer(): JSX.Element {
  return (
    <footer>
      <span><strong>No image leaves this computer.</strong> Kept in this browser until you wipe it{isPersistent.value === false ? ', or it needs the room' : ''}: {images.value.length} images, {labelled.value.images.length} of them labelled.</span>
      <span class="muted">For research only: not a medical device.</span>
      <WipeButton />
    </footer>
  );
}
