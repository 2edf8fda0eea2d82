import type { JSX } from 'preact';
import { EncoderView } from '../encoder/EncoderView.tsx';
import { ExploreView } from '../explore/ExploreView.tsx';
import { DropZone } from '../images/DropZone.tsx';
import { ImagesView } from '../images/ImagesView.tsx';
import { LearnView } from '../learn/LearnView.tsx';
import { PretrainView } from '../pretrain/PretrainView.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { Notice } from './Notice.tsx';
import { view, type ViewName } from './views.ts';

const CONTENT: Readonly<Record<ViewName, () => JSX.Element>> = { images: ImagesView, explore: ExploreView, learn: LearnView, pretrain: PretrainView, encoder: EncoderView };

/** The studio: one view at a time, and files may be dropped anywhere. */
export function App(): JSX.Element {
  const Content = CONTENT[view.value];
  return (
    <DropZone>
      <Header />
      <Notice />
      <main id="main" tabIndex={-1}>
        <Content />
      </main>
      <Footer />
    </DropZone>
  );
}
