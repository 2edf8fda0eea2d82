import type { JSX } from 'preact';
import { run } from './pretrainState.ts';
import { RunPanel } from './RunPanel.tsx';
import { SettingsForm } from './SettingsForm.tsx';

/** Pre-training on the open images, without labels. */
export function PretrainView(): JSX.Element {
  return (
    <div class="pretrain">
      <section class="pane" aria-label="Settings"><SettingsForm /></section>
      <section class="pane" aria-label="Run">{run.value ? <RunPanel run={run.value} /> : <p class="placeholder">No run yet. An encoder learns from your images by telling each one's augmented views from those of all others: momentum contrast (MoCo v2), with the IFA loss on its feature maps. No label is looked at.</p>}</section>
    </div>
  );
}
