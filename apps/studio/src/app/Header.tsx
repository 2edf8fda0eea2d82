import type { JSX } from 'preact';
import { images } from '../images/images.ts';
import { Status } from './Status.tsx';
import { view, VIEWS } from './views.ts';

/** The views, and what the studio is doing. */
export function Header(): JSX.Element {
  return (
    <header>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>To the content</a>
      <h1><img src="./icon.svg" alt="" width="26" height="26" />cxr-ifa <span>studio</span></h1>
      <nav aria-label="Views">
        {VIEWS.map(([name, title]) => (
          <a key={name} href={`#${name}`} aria-current={view.value === name ? 'page' : undefined}>
            {title}
            {name === 'images' && images.value.length > 0 && <span class="count">{images.value.length}</span>}
          </a>
        ))}
      </nav>
      <Status />
    </header>
  );
}
