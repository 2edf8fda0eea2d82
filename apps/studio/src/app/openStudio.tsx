import { render } from 'preact';
import { restoreLabels } from '../learn/labels.ts';
import { restoreImages } from '../store/restoreImages.ts';
import { App } from './App.tsx';
import { report } from './notices.ts';
import { loadViews } from './viewContent.ts';

/** Shows the studio, with all that this browser kept: labels first, as what is labelled before they are there would take their place. */
export async function openStudio(root: HTMLElement): Promise<void> {
  await restoreLabels().catch(report);
  render(<App />, root);
  await restoreImages().catch(report);
  await loadViews();
}
