import type { JSX } from 'preact';
import { DropZone } from '../images/DropZone.tsx';
import { Footer } from './Footer.tsx';
import { Header } from './Header.tsx';
import { Notice } from './Notice.tsx';
import { contentOf } from './viewContent.ts';
import { view } from './views.ts';

/** The studio: one view at a time, and files may be dropped anywhere. */
export function App(): JSX.Element {
  const Content = contentOf(view.value);
  return (
    <DropZone>
      <Header />
      <Notice />
      <main id="main" tabIndex={-1}>
        {Content && <Content />}
      </main>
      <Footer />
    </DropZone>
  );
}
