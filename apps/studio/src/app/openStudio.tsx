import { render } from 'preact';
import { restoreLabels } from '../learn/labels.ts';
import { findRun } from '../pretrain/pretrainState.ts';
import { restoreImages } from '../store/restoreImages.ts';
import { App } from './App.tsx';
import { Message } from './Message.tsx';
import { Notice } from './Notice.tsx';
import { report } from './notices.ts';
import { loadViews } from './viewContent.ts';

/** Milliseconds after which something is said, which would only flicker before. */
const SLOW = 300;

/** Shows the studio with all that this browser kept. That comes first: what is opened, labelled or begun before it is there would take its place. */
export async function openStudio(root: HTMLElement): Promise<void> {
  const slow = setTimeout(() => render(<Message title="Opening what is kept…"><Notice /></Message>, root), SLOW);
  const [embed] = await Promise.all([restoreImages().catch(report), restoreLabels().catch(report), findRun().catch(report)]);
  clearTimeout(slow);
  render(<App />, root);
  await embed?.().catch(report);
  await loadViews();
}
