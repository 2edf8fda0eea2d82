import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { ConfirmButton } from '../app/ConfirmButton.tsx';
import { report } from '../app/notices.ts';
import { encoderCard } from '../compute/computer.ts';
import { embeddedCount, embedding, stalled } from '../compute/embedding.ts';
import { beginRun, run, running, settings } from './pretrainState.ts';
import type { PretrainSettings } from './settings.ts';

const CHOICES = {
  start: { encoder: 'the open encoder', random: 'a small random one' },
  ifa: { released: 'released: layer1 to 0.3, layer4 to 1', abstract: 'abstract: both to 1', aligned: 'aligned: both to 1, where views show the same place', none: 'none: plain MoCo v2' },
  augment: { cxr: 'mild (cxr)', 'cxr-strong': 'strong (cxr-strong)' },
} as const;

/** What is chosen for the next run. */
export function SettingsForm(): JSX.Element {
  const change = (next: Partial<PretrainSettings>): void => void (settings.value = { ...settings.value, ...next });
  const choose = <Name extends keyof typeof CHOICES>(name: Name, label: string): JSX.Element => (
    <label class="field">{label}
      <select value={settings.value[name]} onChange={(event) => change({ [name]: event.currentTarget.value } as Partial<PretrainSettings>)}>
        {Object.entries(CHOICES[name]).map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </label>
  );
  const count = (name: 'batchSize' | 'steps' | 'learningRate', label: string, limits: { min: number; max: number; step: number }): JSX.Element => (
    <label class="field">{label}<input type="number" required {...limits} defaultValue={settings.value[name]} onInput={(event) => change({ [name]: event.currentTarget.valueAsNumber })} /></label>
  );
  const form = useRef<HTMLFormElement>(null);
  const isDisabled = embeddedCount.value === 0 || running.value || embedding.value !== undefined || stalled.value || !encoderCard.value;
  return (
    <form
      ref={form}
      class="settings"
      onSubmit={(event) => {
        event.preventDefault();
        beginRun().catch(report);
      }}
    >
      <div class="bar"><h2>Pre-train here</h2></div>
      {choose('start', 'Begin with')}
      {choose('ifa', 'IFA loss')}
      {choose('augment', 'Augmentation')}
      {count('batchSize', 'Images in a batch', { min: 4, max: 256, step: 2 })}
      {count('steps', 'Steps', { min: 1, max: 100_000, step: 1 })}
      {count('learningRate', 'Learning rate', { min: 0.0001, max: 1, step: 0.0001 })}
      {run.value && run.value.step > 0 ? (
        <ConfirmButton class="primary wide" disabled={isDisabled} question="Begin a new run?" consequence={`The kept run, which stands at step ${run.value.step} of ${run.value.plan.settings.steps}, is deleted. Download its checkpoint first if it is of use.`} action="Begin anew" onConfirm={() => form.current?.requestSubmit()}>
          Begin a new run on {embeddedCount.value} images…
        </ConfirmButton>
      ) : <button type="submit" class="primary wide" disabled={isDisabled}>Begin on {embeddedCount.value} images</button>}
      <p class="hint">The run, with the images' small copies, is kept in this browser until you delete it: it goes on after a pause, a reload or a crash exactly where its last checkpoint was, which is at most half a minute old.</p>
    </form>
  );
}
