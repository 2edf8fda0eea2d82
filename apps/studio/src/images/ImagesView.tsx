import type { JSX } from 'preact';
import { Viewer } from '../viewer/Viewer.tsx';
import { BadFiles } from './BadFiles.tsx';
import { CloseButton } from './CloseButton.tsx';
import { EmptyStudio } from './EmptyStudio.tsx';
import { ImageGrid } from './ImageGrid.tsx';
import { badFiles, images, opening, selectedId, selectedImage } from './images.ts';
import { OpenButtons } from './OpenButtons.tsx';
import { RepeatedFiles } from './RepeatedFiles.tsx';

/** All open images, those that could not be opened, and one at full resolution. */
export function ImagesView(): JSX.Element {
  if (images.value.length === 0 && badFiles.value.length === 0 && !opening.value) return <EmptyStudio />;
  return (
    <div class="split">
      <section class="pane" aria-label="Open images">
        <div class="bar">
          <h2>Images</h2>
          <OpenButtons />
          <CloseButton image={selectedImage.value} />
        </div>
        <ImageGrid images={images.value} selected={selectedId.value} onSelect={(id) => (selectedId.value = id)} label="Open images" />
        <RepeatedFiles />
        <BadFiles />
      </section>
      <Viewer image={selectedImage.value} />
    </div>
  );
}
