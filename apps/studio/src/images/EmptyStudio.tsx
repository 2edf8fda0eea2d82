import type { JSX } from 'preact';
import { OpenButtons } from './OpenButtons.tsx';

/** What is seen first. */
export function EmptyStudio(): JSX.Element {
  return (
    <section class="empty">
      <div class="target">
        <h2>Drop chest radiographs here</h2>
        <p>Files or whole folders: DICOM, PNG and JPEG, hundreds at a time. They are read, embedded and kept in this browser, and never sent anywhere: the page may not connect to any other address.</p>
        <OpenButtons primary />
        <p class="muted">No images at hand? The phantom set is computed here: chests of patients who do not exist, with findings that are right by construction.</p>
      </div>
      <ol class="steps">
        <li><h3>Explore</h3><p>An encoder that learnt without labels lays your images out by likeness, and finds similar ones.</p></li>
        <li><h3>Label and learn</h3><p>Label some by key. A probe learns while you do, shows where it looks, and says how far it can be trusted.</p></li>
        <li><h3>Pre-train</h3><p>Let an encoder learn from your own images, here, without labels: MoCo v2 with the IFA loss.</p></li>
      </ol>
    </section>
  );
}
